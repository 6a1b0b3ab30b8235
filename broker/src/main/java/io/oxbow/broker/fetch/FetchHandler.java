package io.oxbow.broker.fetch;

import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import io.oxbow.broker.partition.LedPartitions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.message.FetchResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.FetchMetadata;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.FetchContext;
import org.apache.kafka.server.FetchManager;
import org.apache.kafka.server.FetchSession;
import org.apache.kafka.server.FetchSessionCacheShard;

/**
 * Serves Fetch. One that finds enough in memory is read and answered on the event loop that got it;
 * one that has to wait, for the store or for records to come, changes to a virtual thread of its
 * own. Sessions are opened on the event loop, in the order of the requests, as their epochs want.
 */
public final class FetchHandler implements ApiHandler, AutoCloseable {

    /** First version whose reply has a place for a leader's address, as in Kafka. */
    private static final short NAMES_LEADERS_SINCE = 16;

    private static final short BY_ID_SINCE = 13;

    private static final Set<Byte> ISOLATION_LEVELS =
            Set.of(IsolationLevel.READ_UNCOMMITTED.id(), IsolationLevel.READ_COMMITTED.id());

    private final LedPartitions partitions;
    private final FetchSettings settings;
    private final FetchManager sessions;
    private final SessionBounds sessionBounds;
    private final Set<Fetch> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public FetchHandler(LedPartitions partitions, FetchSettings settings, Time time) {
        this.partitions = partitions;
        this.settings = settings;
        var shard =
                new FetchSessionCacheShard(
                        settings.sessionsMax(), settings.sessionIdleMillis(), Integer.MAX_VALUE, 0);
        sessions = new FetchManager(time, new FetchSession.FetchSessionCache(List.of(shard)));
        sessionBounds = new SessionBounds(shard, settings.sessionPartitionsMax());
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.FETCH, Versions.all(ApiKeys.FETCH));
    }

    @Override
    public void handle(Call call) {
        var request = (FetchRequest) call.request();
        if (request.isFromFollower()) {
            call.fail(new InvalidRequestException("partitions have no followers here"));
            return;
        }
        if (!ISOLATION_LEVELS.contains(request.data().isolationLevel())) {
            call.fail(
                    new InvalidRequestException(
                            "unknown isolation level " + request.data().isolationLevel()));
            return;
        }
        Map<Uuid, String> names = partitions.topics().namesById();
        if (request.version() >= BY_ID_SINCE && asksForNoTopic(request)) {
            // Kafka's class for replies cannot tell topics apart that have neither id nor name.
            call.fail(new UnknownTopicIdException("a topic is asked for without its id"));
            return;
        }
        FetchMetadata session = sessionBounds.admit(request);
        FetchContext context =
                sessions.newContext(
                        request.version(),
                        session,
                        false,
                        request.fetchData(names),
                        request.forgottenTopics(names),
                        names);
        var fetch = new Fetch(limits(request), new FetchMemory(call.replyMemory()));
        context.foreachPartition(fetch::add);
        if (!serveAtOnce(call, request, context, fetch)) {
            call.runBeside(() -> serve(call, request, context, fetch));
        }
    }

    private static boolean asksForNoTopic(FetchRequest request) {
        for (var topic : request.data().topics()) {
            if (topic.topicId().equals(Uuid.ZERO_UUID)) {
                return true;
            }
        }
        return false;
    }

    /** Serves a fetch without waiting; false when it has to wait. */
    private boolean serveAtOnce(
            Call call, FetchRequest request, FetchContext context, Fetch fetch) {
        try {
            boolean done = fetch.runAtOnce(partitions);
            if (done) {
                respond(call, request, context, fetch);
            }
            return done;
        } catch (RuntimeException | Error e) {
            fetch.close();
            throw e;
        }
    }

    private void serve(Call call, FetchRequest request, FetchContext context, Fetch fetch) {
        underWay.add(fetch);
        try {
            if (!call.tryWait(fetch.heldBytes(), fetch::hurry) || closed) {
                fetch.hurry();
            }
            fetch.run(partitions);
            respond(call, request, context, fetch);
        } catch (Throwable e) {
            fetch.close();
            call.fail(e);
        } finally {
            underWay.remove(fetch);
        }
    }

    private void respond(Call call, FetchRequest request, FetchContext context, Fetch fetch) {
        call.respond(answer(call, request, context, fetch), fetch::close);
    }

    private Fetch.Limits limits(FetchRequest request) {
        int bytesMax = Math.max(0, Math.min(request.maxBytes(), settings.responseBytesMax()));
        return new Fetch.Limits(
                Math.min(request.minBytes(), bytesMax),
                bytesMax,
                request.maxWait(),
                request.isolationLevel());
    }

    private FetchResponse answer(
            Call call, FetchRequest request, FetchContext context, Fetch fetch) {
        var parts = new LinkedHashMap<TopicIdPartition, PartitionData>();
        var leaders = new ArrayList<Node>();
        for (PartitionRead read : fetch.reads()) {
            PartitionData part = read.answer();
            if (request.version() >= NAMES_LEADERS_SINCE
                    && LedPartitions.leaderHelps(read.error())) {
                nameLeader(call, read.id(), part, leaders);
            }
            parts.put(read.id(), part);
        }
        return context.updateAndGenerateResponseData(parts, leaders);
    }

    private void nameLeader(
            Call call, TopicIdPartition id, PartitionData part, List<Node> leaders) {
        partitions
                .topics()
                .leader(id.topic(), id.partition(), call.context().listenerName())
                .ifPresent(leader -> {
                    part.setCurrentLeader(
                            new LeaderIdAndEpoch()
                                    .setLeaderId(leader.nodeId())
                                    .setLeaderEpoch(leader.epoch()));
                    leader.node().filter(n -> !leaders.contains(n)).ifPresent(leaders::add);
                });
    }

    /** Returns the number of fetches that wait for more records than there are. */
    public long waiting() {
        return underWay.stream().filter(Fetch::isWaiting).count();
    }

    /** Answers fetches that wait for records at once, now and from now on. */
    @Override
    public void close() {
        closed = true;
        underWay.forEach(Fetch::hurry);
    }
}
