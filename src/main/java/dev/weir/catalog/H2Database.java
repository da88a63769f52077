// SPDX-License-Identifier: Apache-2.0
package dev.weir.catalog;

import dev.weir.model.StorageFailure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to the catalog's database that is made anew after a failure. H2 gives a database up
 * for as long as it is open once a write has met a full or failing disk; opened again it is as it
 * was at its last write. Confined to one caller at a time; blocks.
 */
final class H2Database implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(H2Database.class);

  private final String url;
  private final List<String> schema;
  private Connection connection;
  private boolean failed;
  private volatile Runnable reopened = () -> {};

  private H2Database(String url, List<String> schema) throws SQLException {
    this.url = url;
    this.schema = schema;
    this.connection = connect();
  }

  /** Opens a database, which may be open already, and makes the tables that it lacks. */
  static H2Database open(String url, List<String> schema) throws SQLException {
    return new H2Database(url, schema);
  }

  private Connection connect() throws SQLException {
    Connection fresh = DriverManager.getConnection(url, "sa", "");
    try (Statement statement = fresh.createStatement()) {
      for (String sql : schema) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      // Else it stays open, and in the way of another in its place.
      shutDown(fresh);
      throw e;
    }
    return fresh;
  }

  String url() {
    return url;
  }

  /** Runs after the database was opened again, which may have lost what was written last. */
  void onReopened(Runnable listener) {
    reopened = listener;
  }

  /** The connection to ask, a fresh one after a failure. */
  Connection connection() throws SQLException {
    if (failed) {
      abandon();
      connection = connect();
      failed = false;
      LOG.warn("catalog opened again after a failure");
      reopened.run();
    }
    return connection;
  }

  /**
   * What a failed statement is for the rest of the program; the next one is by a fresh connection.
   */
  StorageFailure failure(SQLException e) {
    failed = true;
    return H2Catalog.failure(e);
  }

  /**
   * Ends the database and makes another in its place.
   *
   * @param setAside takes its file away
   */
  void beginAnew(Runnable setAside) throws SQLException {
    abandon();
    setAside.run();
    connection = connect();
    failed = false;
  }

  /** Ends the database at once, for everybody. */
  void abandon() {
    shutDown(connection);
  }

  private static void shutDown(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SHUTDOWN IMMEDIATELY");
    } catch (SQLException e) {
      LOG.debug("a failed database did not close: {}", e.toString());
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw H2Catalog.failure(e);
    }
  }
}
