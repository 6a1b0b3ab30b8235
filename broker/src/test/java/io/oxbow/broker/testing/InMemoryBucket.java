package io.oxbow.broker.testing;

import io.oxbow.s3stream.StreamName;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Contents of all streams, which outlive a node. */
final class InMemoryBucket {

    private final Map<StreamName, StreamContent> contents = new LinkedHashMap<>();
    private final AtomicInteger unclosedReads = new AtomicInteger();
    private long nodeEpochs;
    private long streamIds;

    synchronized long nextNodeEpoch() {
        return ++nodeEpochs;
    }

    synchronized StreamContent openContent(StreamName name) {
        StreamContent content =
                contents.computeIfAbsent(
                        name, n -> new StreamContent(n, ++streamIds, unclosedReads));
        content.nextEpoch();
        return content;
    }

    synchronized boolean exists(StreamName name) {
        return contents.containsKey(name);
    }

    synchronized Optional<StreamContent> content(StreamName name) {
        return Optional.ofNullable(contents.get(name));
    }

    synchronized void delete(Collection<StreamName> names) {
        names.forEach(contents::remove);
    }

    /** A copy without what was not durable, so that the dead node's threads cannot reach it. */
    synchronized InMemoryBucket afterCrash() {
        var survivor = new InMemoryBucket();
        survivor.nodeEpochs = nodeEpochs;
        survivor.streamIds = streamIds;
        contents.forEach((name, content) ->
                survivor.contents.put(name, content.durablePart(survivor.unclosedReads)));
        return survivor;
    }

    int unclosedReads() {
        return unclosedReads.get();
    }
}
