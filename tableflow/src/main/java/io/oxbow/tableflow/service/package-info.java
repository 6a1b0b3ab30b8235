/**
 * Workers that keep the tables of all topics up to date.
 *
 * <p>{@link io.oxbow.tableflow.service.TableService} follows the topics and their settings and has
 * one {@link io.oxbow.tableflow.service.TopicWorker} per topic with a table. A worker is one
 * virtual thread that runs a round when it is due, waits, and backs off after a failure; a
 * semaphore bounds how many rounds run at once, and with it memory. All waiting goes through the
 * environment's clock.
 *
 * <p>The first records of a topic whose table has no commit yet are uploaded out of turn, once, so
 * that a new table is there in seconds ({@link io.oxbow.tableflow.service.EarlyUpload}).
 *
 * <p>Pace: one commit per period of {@code table.freshness.ms}, if there is something to commit. At
 * the tick that begins a period each node uploads what it holds of the topic ({@link
 * io.oxbow.tableflow.service.CommitPeriods}, {@link io.oxbow.tableflow.service.TickUploads}); the
 * round begins once the ends in the bucket stand still.
 */
@NullMarked
package io.oxbow.tableflow.service;

import org.jspecify.annotations.NullMarked;
