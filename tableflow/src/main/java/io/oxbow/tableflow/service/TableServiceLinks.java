package io.oxbow.tableflow.service;

import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Parts of the node that the service depends on.
 *
 * @param committerEpoch the epoch at which this node may commit to tables; empty while another one
 *     does
 */
public record TableServiceLinks(
        TableTopics topics,
        Supplier<OptionalLong> committerEpoch,
        TopicUploads uploads,
        ProgressListener progress) {}
