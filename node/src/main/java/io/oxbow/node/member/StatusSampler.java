package io.oxbow.node.member;

import io.oxbow.broker.Broker;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.log.MetadataLog;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Takes the status of this node. The rates are those between two looks at the topics' counters,
 * which are some seconds apart, as there may be many topics.
 */
public final class StatusSampler implements Supplier<NodeStatus> {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private record Sample(long atNanos, long inBytes, long outBytes) {}

    private final MetadataLog log;
    private final NodeStreams streams;
    private final Broker broker;
    private final Clock clock;
    private Sample last;
    private long inRate;
    private long outRate;

    public StatusSampler(MetadataLog log, NodeStreams streams, Broker broker, Clock clock) {
        this.log = log;
        this.streams = streams;
        this.broker = broker;
        this.clock = clock;
        this.last = sample();
    }

    @Override
    public synchronized NodeStatus get() {
        if (clock.nanoTime() - last.atNanos() >= INTERVAL.toNanos()) {
            Sample now = sample();
            double seconds = (now.atNanos() - last.atNanos()) / 1e9;
            inRate = rate(now.inBytes() - last.inBytes(), seconds);
            outRate = rate(now.outBytes() - last.outBytes(), seconds);
            last = now;
        }
        return new NodeStatus(
                log.leadership().slot(),
                streams.memoryStats().appends().pendingBytes(),
                inRate,
                outRate);
    }

    /** The sum falls when a topic is deleted. */
    private static long rate(long bytes, double seconds) {
        return Math.round(Math.max(0, bytes) / seconds);
    }

    private Sample sample() {
        long in = 0;
        long out = 0;
        for (var topic : broker.traffic()) {
            in += topic.appendedBytes();
            out += topic.fetchedBytes();
        }
        return new Sample(clock.nanoTime(), in, out);
    }
}
