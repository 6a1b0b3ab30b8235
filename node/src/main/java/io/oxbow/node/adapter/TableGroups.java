package io.oxbow.node.adapter;

import io.oxbow.broker.group.GroupProgress;
import io.oxbow.tableflow.service.ProgressListener;
import io.oxbow.tableflow.translate.TableTopic;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how far each table is as a consumer group {@code oxbow-table-TOPIC}, so that any lag tool
 * works. It only shows: the truth is in the table's snapshots, so a failure is logged and the next
 * commit brings it up to date.
 */
public final class TableGroups implements ProgressListener {

    private static final Logger LOG = LoggerFactory.getLogger(TableGroups.class);
    static final String PREFIX = "oxbow-table-";

    private final GroupProgress groups;

    public TableGroups(GroupProgress groups) {
        this.groups = groups;
    }

    @Override
    public void progressed(TableTopic topic, SortedMap<Integer, Long> nextOffsets) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        nextOffsets.forEach((partition, offset) ->
                offsets.put(new TopicPartition(topic.name(), partition), offset));
        try {
            groups.commitOffsets(PREFIX + topic.name(), offsets);
        } catch (ApiException e) {
            LOG.warn(
                    "the progress of {}'s table could not be shown as a group: {}",
                    topic.name(),
                    e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
