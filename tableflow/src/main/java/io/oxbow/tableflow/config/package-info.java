/**
 * The {@code table.*} settings of a topic: their definitions, their validation, and the small
 * language of {@code table.partition.by}. Immutable; start with {@link
 * io.oxbow.tableflow.config.TableConfig}.
 *
 * <pre>
 *   partition.by = "" | field *( "," field )
 *   field        = column                                    ; identity
 *                | ("identity"|"year"|"month"|"day"|"hour") "(" column ")"
 *                | ("bucket"|"truncate") "(" count "," column ")"
 *   column       = name *( "." name )
 * </pre>
 */
@NullMarked
package io.oxbow.tableflow.config;

import org.jspecify.annotations.NullMarked;
