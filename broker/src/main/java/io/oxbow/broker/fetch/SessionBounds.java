package io.oxbow.broker.fetch;

import org.apache.kafka.common.errors.FetchSessionIdNotFoundException;
import org.apache.kafka.common.requests.FetchMetadata;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.server.FetchSessionCacheShard;
import org.apache.kafka.server.FetchSessionShards;

/**
 * Bounds how many partitions fetch sessions keep. A fetch that would open one too many is served
 * without a session; one that would make its session grow beyond the bound loses it.
 */
final class SessionBounds {

    private final FetchSessionCacheShard sessions;
    private final long partitionsMax;

    SessionBounds(FetchSessionCacheShard sessions, long partitionsMax) {
        this.sessions = sessions;
        this.partitionsMax = partitionsMax;
    }

    /**
     * Returns the session that a fetch is served with.
     *
     * @throws FetchSessionIdNotFoundException when its session was given up; the client begins anew
     */
    FetchMetadata admit(FetchRequest request) {
        FetchMetadata wanted = request.metadata();
        int more = partitions(request);
        if (more == 0 || FetchSessionShards.partitions(sessions) + more <= partitionsMax) {
            return wanted;
        }
        if (wanted.isFull()) {
            return FetchMetadata.LEGACY;
        }
        FetchSessionShards.remove(sessions, wanted.sessionId());
        throw new FetchSessionIdNotFoundException(
                "sessions keep %d partitions by now"
                        .formatted(FetchSessionShards.partitions(sessions)));
    }

    private static int partitions(FetchRequest request) {
        return request.data().topics().stream().mapToInt(topic -> topic.partitions().size()).sum();
    }
}
