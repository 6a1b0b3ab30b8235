/**
 * From a stretch of log to data files: one round of one topic.
 *
 * <p>{@link io.oxbow.tableflow.translate.TableRound} is the whole path: load the table (or make it,
 * by the first records), read from where it left off, decode, write, commit the quarantine, commit
 * the table. Everything it holds is bounded and dies with it; what a failed round wrote are orphans
 * of its node epoch. A round runs on one thread.
 *
 * <p>Exactly once, in two tables. Bad records are committed to the quarantine table before the good
 * ones are to the table. A crash in between leaves the quarantine ahead; the next round asks it
 * which offsets of that stretch it has, leaves those out of both, and so no record is in neither or
 * in both, even if a record that was bad then could be read now.
 */
@NullMarked
package io.oxbow.tableflow.translate;

import org.jspecify.annotations.NullMarked;
