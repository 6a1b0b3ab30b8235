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
        for (int i = 0; i < dead.size(); i++) {
            ApplyResult.DeadEpoch next = dead.get(Math.floorMod(self + i, dead.size()));
            if (isDue(next.nodeEpoch())) {
                recover(next);
                return;
            }
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
        try {
            switch (streams.recover(dead)) {
                case RecoveryResult.Recovered recovered ->
                        LOG.info(
                                "epoch {} of node {} is recovered: {}",
                                dead.nodeEpoch(),
                                dead.nodeId(),
                                recovered);
                case RecoveryResult.AlreadyRecovered ignored -> {}
                case RecoveryResult other -> {
                    if (first) {
                        LOG.info(
                                "epoch {} of node {} waits: {}",
                                dead.nodeEpoch(),
                                dead.nodeId(),
                                other);
                    }
                }
            }
            health.running();
        } catch (S3StreamException e) {
            health.retrying(e);
        }
        tried.put(dead.nodeEpoch(), environment.clock().nanoTime());
    }

    @Override
    public void close() {
        rounds.close();
    }
}
