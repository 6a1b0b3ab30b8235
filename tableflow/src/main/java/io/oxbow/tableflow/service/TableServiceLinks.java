package io.oxbow.tableflow.service;

import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * What the service needs to know from, and tells, the node around it.
 *
 * @param committerEpoch the epoch at which this node may commit to tables; empty while another one
 *     does
 * @param uploadAtLeastEvery told the longest that records may stay out of data objects, in
 *     milliseconds; {@link Long#MAX_VALUE} for any
 */
public record TableServiceLinks(
        TableTopics topics,
        Supplier<OptionalLong> committerEpoch,
        LongConsumer uploadAtLeastEvery,
        ProgressListener progress) {}
