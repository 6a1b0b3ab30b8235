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
 * <p>Pace: data objects are uploaded at least three times per {@code table.freshness.ms}, and
 * rounds begin as often, so that a record is in the table within about that time.
 */
@NullMarked
package io.oxbow.tableflow.service;

import org.jspecify.annotations.NullMarked;
