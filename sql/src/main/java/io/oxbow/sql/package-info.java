/**
 * A SQL engine for the command line: Calcite parses, plans and executes; Iceberg's own reader
 * reads, so that deletes and schema evolution are right.
 *
 * <p>Start at {@link io.oxbow.sql.SqlEngine}. A query goes {@link io.oxbow.sql.TrinoSyntax} (what
 * Trino's users write and Calcite's grammar lacks) → {@link io.oxbow.sql.TimeTravel} → {@link
 * io.oxbow.sql.QueryPlanner} → {@link io.oxbow.sql.SourceScan} for each table → {@link
 * io.oxbow.sql.ResultTable} → {@link io.oxbow.sql.TablePrinter} or {@link
 * io.oxbow.sql.JsonPrinter}.
 *
 * <p><b>Language.</b> Identifiers are case-insensitive, unquoted ones come out in lower case,
 * double quotes quote. Namespaces are schemas, {@code default} is the default one and needs no
 * quotes. {@code t@ID} and {@code t@REF} (quoted) read a snapshot, as do {@code FOR VERSION AS OF}
 * and {@code FOR TIMESTAMP AS OF}; {@code t$snapshots}, {@code t$files} and the like are Iceberg's
 * metadata tables. {@code SHOW SCHEMAS}, {@code SHOW TABLES}, {@code DESCRIBE t} and {@code
 * information_schema} say what is there.
 *
 * <p><b>Limits.</b> Times are worked with in milliseconds: what Iceberg has beyond is cut off, also
 * from literals. Sorting, joins and aggregates take place in memory, in one thread.
 *
 * <p><b>Threading.</b> An engine may be used from many threads; a result belongs to one. A query
 * sees each table as it was when the query first met it.
 */
@NullMarked
package io.oxbow.sql;

import org.jspecify.annotations.NullMarked;
