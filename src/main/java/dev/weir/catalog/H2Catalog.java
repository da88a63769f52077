// SPDX-License-Identifier: Apache-2.0
package dev.weir.catalog;

import dev.weir.model.ChunkFileId;
import dev.weir.model.Clock;
import dev.weir.model.StorageFailure;
import dev.weir.model.StreamId;
import dev.weir.model.TimeRange;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.h2.api.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index of sealed chunk files. Its commits are not durability points: a crash may lose the last
 * half second of them, and the files make up for it at the next start. Thread-safe; calls block on
 * SQL.
 */
public final class H2Catalog implements Catalog {

  private static final Logger LOG = LoggerFactory.getLogger(H2Catalog.class);

  private static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE IF NOT EXISTS version (number INT NOT NULL)",
          """
          CREATE TABLE IF NOT EXISTS chunk_file (
            stream         UUID    NOT NULL,
            file           BIGINT  NOT NULL,
            fragments      INT     NOT NULL,
            file_bytes     BIGINT  NOT NULL,
            producer_from  BIGINT  NOT NULL, -- UTC nanoseconds, start of the earliest fragment or gap
            producer_to    BIGINT  NOT NULL, -- UTC nanoseconds, end of the latest
            server_from    BIGINT  NOT NULL, -- UTC nanoseconds
            server_to      BIGINT  NOT NULL,
            first_counter  BIGINT  NOT NULL, -- fragment counters in the file
            last_counter   BIGINT  NOT NULL,
            live_to        BIGINT  NOT NULL, -- the live ordinal after the last in the file; 0 when it has none
            discontinuity  BIGINT  NOT NULL, -- the greatest discontinuity ordinal in the file
            deleting       BOOLEAN NOT NULL, -- marked; the file may be gone already
            PRIMARY KEY (stream, file))
          """,
          "CREATE INDEX IF NOT EXISTS chunk_file_by_producer ON chunk_file (stream, producer_to)",
          "CREATE INDEX IF NOT EXISTS chunk_file_by_server ON chunk_file (stream, server_to)",
          "CREATE INDEX IF NOT EXISTS chunk_file_by_counter ON chunk_file (stream, last_counter)");

  private static final String COLUMNS =
      "stream, file, fragments, file_bytes, producer_from, producer_to, server_from, server_to, first_counter, last_counter, live_to, discontinuity";

  /** H2's codes for what it did not expect of its own file. */
  private static final Set<Integer> DAMAGE =
      Set.of(
          ErrorCode.GENERAL_ERROR_1,
          ErrorCode.FILE_CORRUPTED_1,
          ErrorCode.DATA_CONVERSION_ERROR_1,
          // A row is held by a transaction that nobody will ever end.
          ErrorCode.LOCK_TIMEOUT_1);

  private final H2Database database;

  /** Where its file lies; nowhere when it is in memory. */
  private final Optional<Path> folder;

  private H2Catalog(H2Database database, Optional<Path> folder) {
    this.database = database;
    this.folder = folder;
  }

  /**
   * Opens the catalog in a folder, making it when there is none. One that can't be opened is put
   * aside, not deleted.
   *
   * @throws StorageFailure when not even a new one can be made
   */
  public static H2Catalog open(Path folder) {
    try {
      return readable(connect(folder));
    } catch (SQLException | StorageFailure e) {
      LOG.error(
          "catalog can't be read, put aside and made anew from the chunk files: {}", e.toString());
      var _ = CatalogFile.setAside(folder);
    }
    try {
      return connect(folder);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** Damage may show only where it is read. */
  private static H2Catalog readable(H2Catalog catalog) {
    try {
      var _ = catalog.all();
      return catalog;
    } catch (StorageFailure e) {
      catalog.database.abandon();
      throw e;
    }
  }

  /** A catalog that is gone when it is closed. */
  public static H2Catalog inMemory() {
    try {
      return connect("jdbc:h2:mem:", Optional.empty());
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private static H2Catalog connect(Path folder) throws SQLException {
    return connect(
        "jdbc:h2:file:" + folder.toAbsolutePath().resolve("catalog") + ";DB_CLOSE_ON_EXIT=FALSE",
        Optional.of(folder));
  }

  private static H2Catalog connect(String url, Optional<Path> folder) throws SQLException {
    return new H2Catalog(H2Database.open(url, SCHEMA), folder);
  }

  @Override
  public synchronized void add(Collection<FileRow> rows) {
    try (PreparedStatement insert =
        database
            .connection()
            .prepareStatement(
                "MERGE INTO chunk_file ("
                    + COLUMNS
                    + ", deleting) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,FALSE)")) {
      for (FileRow row : rows) {
        insert.setObject(1, row.file().stream().value());
        insert.setLong(2, row.file().value());
        insert.setInt(3, row.fragments());
        insert.setLong(4, row.fileBytes());
        insert.setLong(5, row.producerFromNs());
        insert.setLong(6, row.producerToNs());
        insert.setLong(7, row.serverFromNs());
        insert.setLong(8, row.serverToNs());
        insert.setLong(9, row.firstCounter());
        insert.setLong(10, row.lastCounter());
        insert.setLong(11, row.liveTo());
        insert.setLong(12, row.discontinuityOrdinal());
        insert.addBatch();
      }
      insert.executeBatch();
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  @Override
  public List<FileRow> find(StreamId stream, TimeRange range, Clock clock) {
    String by =
        switch (clock) {
          case PRODUCER -> "producer";
          case SERVER -> "server";
        };
    return query(
        "WHERE stream = ? AND NOT deleting AND "
            + by
            + "_to >= ? AND "
            + by
            + "_from < ? ORDER BY file",
        stream,
        range.fromNs(),
        range.toNs());
  }

  @Override
  public List<FileRow> findByCounter(StreamId stream, long first, long last) {
    return query(
        "WHERE stream = ? AND NOT deleting AND last_counter >= ? AND first_counter <= ? ORDER BY first_counter",
        stream,
        first,
        last);
  }

  @Override
  public List<FileRow> newest(StreamId stream, int limit) {
    return query(
        "WHERE stream = ? AND NOT deleting AND last_counter >= ? ORDER BY last_counter DESC LIMIT ?",
        stream,
        0,
        limit);
  }

  @Override
  public Optional<FileRow> liveEdge(StreamId stream) {
    return query(
            "WHERE stream = ? AND NOT deleting AND live_to > ? ORDER BY live_to DESC LIMIT ?",
            stream,
            0,
            1)
        .stream()
        .findFirst();
  }

  @Override
  public synchronized long greatestCounter(StreamId stream) {
    try (PreparedStatement select =
        database
            .connection()
            .prepareStatement(
                "SELECT GREATEST(MAX(last_counter), MAX(file)) FROM chunk_file WHERE stream = ?")) {
      select.setObject(1, stream.value());
      try (ResultSet result = select.executeQuery()) {
        return result.next() ? result.getLong(1) : 0;
      }
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  @Override
  public synchronized List<FileRow> deleting() {
    try (PreparedStatement select =
        database
            .connection()
            .prepareStatement("SELECT " + COLUMNS + " FROM chunk_file WHERE deleting")) {
      return rows(select);
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  @Override
  public synchronized List<FileRow> all() {
    try (PreparedStatement select =
        database
            .connection()
            .prepareStatement("SELECT " + COLUMNS + " FROM chunk_file ORDER BY stream, file")) {
      return rows(select);
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  @Override
  public synchronized void replace(ChunkFileId old, FileRow fresh) {
    add(List.of(fresh));
    markDeleting(List.of(old));
  }

  @Override
  public synchronized void markDeleting(Collection<ChunkFileId> files) {
    update("UPDATE chunk_file SET deleting = TRUE WHERE stream = ? AND file = ?", files);
    try (Statement checkpoint = database.connection().createStatement()) {
      checkpoint.execute("CHECKPOINT SYNC");
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  @Override
  public synchronized void drop(Collection<ChunkFileId> files) {
    update("DELETE FROM chunk_file WHERE stream = ? AND file = ?", files);
  }

  private void update(String sql, Collection<ChunkFileId> files) {
    try (PreparedStatement update = database.connection().prepareStatement(sql)) {
      for (ChunkFileId file : files) {
        update.setObject(1, file.stream().value());
        update.setLong(2, file.value());
        update.addBatch();
      }
      update.executeBatch();
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  @Override
  public synchronized Optional<FileRow> totals(StreamId stream) {
    try (PreparedStatement select =
        database
            .connection()
            .prepareStatement(
                """
                SELECT SUM(fragments), SUM(file_bytes), MIN(producer_from), MAX(producer_to), MIN(server_from), MAX(server_to),
                  MIN(first_counter), MAX(last_counter), MAX(live_to), MAX(discontinuity), MAX(file)
                FROM chunk_file WHERE stream = ? AND NOT deleting AND fragments > 0
                """)) {
      select.setObject(1, stream.value());
      try (ResultSet result = select.executeQuery()) {
        if (!result.next() || result.getObject(1) == null) {
          return Optional.empty();
        }
        return Optional.of(
            new FileRow(
                new ChunkFileId(stream, result.getLong(11)),
                result.getInt(1),
                result.getLong(2),
                result.getLong(3),
                result.getLong(4),
                result.getLong(5),
                result.getLong(6),
                result.getLong(7),
                result.getLong(8),
                result.getLong(9),
                result.getLong(10)));
      }
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  private synchronized List<FileRow> query(String where, StreamId stream, long second, long third) {
    try (PreparedStatement select =
        database.connection().prepareStatement("SELECT " + COLUMNS + " FROM chunk_file " + where)) {
      select.setObject(1, stream.value());
      select.setLong(2, second);
      select.setLong(3, third);
      return rows(select);
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  private static List<FileRow> rows(PreparedStatement select) throws SQLException {
    var rows = new ArrayList<FileRow>();
    try (ResultSet result = select.executeQuery()) {
      while (result.next()) {
        rows.add(
            new FileRow(
                new ChunkFileId(new StreamId(result.getObject(1, UUID.class)), result.getLong(2)),
                result.getInt(3),
                result.getLong(4),
                result.getLong(5),
                result.getLong(6),
                result.getLong(7),
                result.getLong(8),
                result.getLong(9),
                result.getLong(10),
                result.getLong(11),
                result.getLong(12)));
      }
    }
    return rows;
  }

  static StorageFailure failure(SQLException e) {
    var failure = new StorageFailure("catalog", "", "", String.valueOf(e.getMessage()));
    failure.initCause(e);
    return failure;
  }

  @Override
  public synchronized void onReopened(Runnable listener) {
    database.onReopened(listener);
  }

  @Override
  public boolean isDamagedBy(StorageFailure failure) {
    boolean damage = false;
    for (Throwable each = failure; each != null; each = each.getCause()) {
      damage |= each instanceof SQLException sql && DAMAGE.contains(sql.getErrorCode());
      if (each instanceof IOException && !(each instanceof EOFException)) {
        // The disk is full, or fails: the file may be as it should.
        return false;
      }
    }
    return damage;
  }

  @Override
  public synchronized void beginAnew() {
    try {
      database.beginAnew(() -> folder.ifPresent(CatalogFile::setAside));
    } catch (SQLException e) {
      throw database.failure(e);
    }
  }

  /** By a connection of its own: whoever waits for a forced write waits alone. */
  @Override
  public Ledger ledger() {
    return H2Ledger.open(database.url());
  }

  /** A zip file with the catalog's file in it, as {@link CatalogFile#restore} takes it. */
  @Override
  public synchronized void backUp(Path file) {
    try (PreparedStatement backup = database.connection().prepareStatement("BACKUP TO ?")) {
      backup.setString(1, file.toAbsolutePath().toString());
      backup.execute();
    } catch (SQLException e) {
      // A place that can't be written says nothing of the database.
      throw failure(e);
    }
    CatalogFile.requireContent(file);
  }

  @Override
  public synchronized void close() {
    database.close();
  }
}
