/**
 * Deletion in time: old records by their topic's retention, and the streams of topics that are
 * gone.
 *
 * <p>{@link io.oxbow.broker.retention.BrokerMaintenance} runs both at an interval on a thread of
 * its own. Invariant: nothing at or above {@link io.oxbow.broker.retention.RetentionFloor} goes.
 */
@NullMarked
package io.oxbow.broker.retention;

import org.jspecify.annotations.NullMarked;
