// SPDX-License-Identifier: Apache-2.0
package dev.weir.catalog;

import dev.weir.model.StorageFailure;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A table of the catalog's database, by a connection of its own. Thread-safe; blocks on SQL. */
final class H2Ledger implements Ledger {

  private static final List<String> SCHEMA =
      List.of(
          """
          CREATE TABLE IF NOT EXISTS ledger (
            room     VARCHAR NOT NULL,
            name     VARCHAR NOT NULL,
            document VARCHAR NOT NULL,
            PRIMARY KEY (room, name))
          """);

  private final H2Database database;

  private H2Ledger(H2Database database) {
    this.database = database;
  }

  /**
   * Opens the ledger of a database, which may be open already.
   *
   * @throws StorageFailure when it can't be read
   */
  static H2Ledger open(String url) {
    try {
      return new H2Ledger(H2Database.open(url, SCHEMA));
    } catch (SQLException e) {
      throw H2Catalog.failure(e);
    }
  }

  @Override
  public synchronized void put(String room, Map<String, String> documents) {
    try (PreparedStatement merge =
        database
            .connection()
            .prepareStatement("MERGE INTO ledger (room, name, document) VALUES (?,?,?)")) {
      for (Map.Entry<String, String> each : documents.entrySet()) {
        merge.setString(1, room);
        merge.setString(2, each.getKey());
        merge.setString(3, each.getValue());
        merge.addBatch();
      }
      merge.executeBatch();
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  @Override
  public Optional<String> find(String room, String key) {
    return Optional.ofNullable(all(room).get(key));
  }

  @Override
  public synchronized SortedMap<String, String> all(String room) {
    try (PreparedStatement select =
        database
            .connection()
            .prepareStatement("SELECT name, document FROM ledger WHERE room = ?")) {
      select.setString(1, room);
      var found = new TreeMap<String, String>();
      try (ResultSet result = select.executeQuery()) {
        while (result.next()) {
          found.put(result.getString(1), result.getString(2));
        }
      }
      return found;
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  @Override
  public synchronized void delete(String room, String key) {
    try (PreparedStatement delete =
        database.connection().prepareStatement("DELETE FROM ledger WHERE room = ? AND name = ?")) {
      delete.setString(1, room);
      delete.setString(2, key);
      delete.executeUpdate();
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  @Override
  public synchronized void deleteAll(String room) {
    try (PreparedStatement delete =
        database.connection().prepareStatement("DELETE FROM ledger WHERE room = ?")) {
      delete.setString(1, room);
      delete.executeUpdate();
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  @Override
  public synchronized void sync() {
    try (Statement checkpoint = database.connection().createStatement()) {
      checkpoint.execute("CHECKPOINT SYNC");
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  @Override
  public synchronized void close() {
    database.close();
  }
}
