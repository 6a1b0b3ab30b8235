package io.oxbow.s3stream.cluster;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.env.Rounds;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.recovery.RecoveryResult;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recovers the write-ahead logs of other nodes' fenced epochs, as far as this node can read them.
 * The claim in the metadata log decides who recovers what; several nodes begin at different ones.
 */
public final class DeadNodes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeadNodes.class);
    private static final Duration LOOK = Duration.ofMillis(200);

    /** Pause before an epoch that could not be recovered here is tried again. */
    private static final Duration AGAIN = Duration.ofSeconds(3);

    private final int self;
    private final MetadataLog log;
    private final NodeStreams streams;
    private final Environment environment;
    private final Component health;
    private final Rounds rounds;

    /** Time of the last attempt by node epoch; the thread's alone. */
    private final Map<Long, Long> tried = new HashMap<>();

    /** Reasons why epochs cannot be recovered here; the thread's alone. */
    private final Map<Long, String> waiting = new TreeMap<>();

    public DeadNodes(int self, MetadataLog log, NodeStreams streams, Environment environment) {
        this.self = self;
        this.log = log;
        this.streams = streams;
        this.environment = environment;
        this.health = environment.health().background("dead-nodes", Policy.RESTART);
        this.rounds = new Rounds(environment, health, LOOK, this::look);
    }

    public DeadNodes start() {
        rounds.start();
        return this;
    }

    private void look() {
        CoreImage image = log.image();
        List<ApplyResult.DeadEpoch> dead =
                image.unrecovered().stream().filter(each -> isOthers(image, each)).toList();
        tried.keySet().removeIf(epoch -> dead.stream().noneMatch(d -> d.nodeEpoch() == epoch));
        waiting.keySet().retainAll(tried.keySet());
        for (int i = 0; i < dead.size(); i++) {
            ApplyResult.DeadEpoch next = dead.get(Math.floorMod(self + i, dead.size()));
            if (isDue(next.nodeEpoch())) {
                recover(next);
                break;
            }
        }
        if (waiting.isEmpty()) {
            health.running();
        } else {
            health.retrying(String.join("; ", waiting.values()));
        }
    }

    /**
     * Returns true unless a process of that node lives, which recovers its earlier epochs itself.
     */
    private boolean isOthers(CoreImage image, ApplyResult.DeadEpoch dead) {
        return dead.nodeId() != self
                && image.node(dead.nodeId()).map(CoreImage.NodeState::fenced).orElse(true);
    }

    private boolean isDue(long nodeEpoch) {
        Long last = tried.get(nodeEpoch);
        return last == null || environment.clock().nanoTime() - last >= AGAIN.toNanos();
    }

    private void recover(ApplyResult.DeadEpoch dead) {
        boolean first = !tried.containsKey(dead.nodeEpoch());
        waiting.remove(dead.nodeEpoch());
        try {
            switch (streams.recover(dead)) {
                case RecoveryResult.Recovered recovered ->
                        LOG.info(
                                "epoch {} of node {} is recovered: {}",
                                dead.nodeEpoch(),
                                dead.nodeId(),
                                recovered);
                case RecoveryResult.AlreadyRecovered ignored -> {}
                case RecoveryResult.Unreachable(var why) -> waits(dead, why, first);
                case RecoveryResult.Busy(var why) -> waits(dead, why, first);
                case RecoveryResult.InOtherHands(var why) -> LOG.debug("left to others: {}", why);
            }
        } catch (S3StreamException e) {
            waiting.put(dead.nodeEpoch(), String.valueOf(e.getMessage()));
        }
        tried.put(dead.nodeEpoch(), environment.clock().nanoTime());
    }

    /** Says that a log cannot be read here; on its own node it can, or an operator gives it up. */
    private void waits(ApplyResult.DeadEpoch dead, String why, boolean first) {
        String reason = "partitions of node %d wait for it: %s".formatted(dead.nodeId(), why);
        if (first) {
            LOG.warn(reason);
        }
        waiting.put(dead.nodeEpoch(), reason);
    }

    @Override
    public void close() {
        rounds.close();
    }
}
