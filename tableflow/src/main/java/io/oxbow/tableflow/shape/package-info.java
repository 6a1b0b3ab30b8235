/**
 * The schema of a table and its growth.
 *
 * <p>{@link io.oxbow.tableflow.shape.TableShape} is a working copy of a table's schema. Decoders
 * ask it for the column that takes a value of some type; it answers with one that is there, widens
 * one where Iceberg can, or adds one. It only ever grows: positions and field ids of what is there
 * stay, so a row that was made before the growth is still right. A commit makes the growth part of
 * the table in the same step as the rows.
 *
 * <p>A field of a record (its <em>source</em>) usually has the column of its own name. Where types
 * are in conflict, it has several, named {@code <name>__<type>}; which column belongs to which
 * source, where the name alone does not say it, is kept in the table property {@code
 * oxbow.source-names}: a JSON object from field id to the list of source names.
 *
 * <p>All columns but the system's are optional, at every level: records without a value, and fields
 * that are dropped later, are null. Not thread-safe: a shape belongs to one round.
 */
@NullMarked
package io.oxbow.tableflow.shape;

import org.jspecify.annotations.NullMarked;
