package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.image.ObjectKey;
import io.oxbow.s3stream.object.DataObjectWriter;
import io.oxbow.s3stream.object.ObjectIndex;
import io.oxbow.s3stream.object.ObjectMissingException;
import io.oxbow.s3stream.object.ObjectReader;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts data objects that this node wrote, step by step, on a thread of its own. The metadata
 * leader also compacts objects of nodes that are gone. Shares nothing with appends and uploads but
 * the bucket, and no lock with anybody. Nothing that goes wrong here fails the node: the step is
 * planned again later.
 */
public final class Compactor {

    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

    private static final long FIRST_BACKOFF_NANOS = Duration.ofMillis(200).toNanos();

    private final CompactionHost host;
    private final Clock clock;
    private final CompactionConfig config;
    private final Planner planner;
    private final Pace pace;
    private final CompactionStep step;
    private final CompactionCounters counters = new CompactionCounters();
    private final Set<String> damaged = new HashSet<>();
    private final Set<String> missedOnce = new HashSet<>();

    public Compactor(CompactionHost host, Clock clock, CompactionConfig config) {
        this(host, clock, config, DataObjectWriter.BLOCK_BYTES);
    }

    Compactor(CompactionHost host, Clock clock, CompactionConfig config, int blockBytes) {
        this.host = host;
        this.clock = clock;
        this.config = config;
        this.planner = new Planner(config.reachableGoals());
        this.pace = new Pace(host, clock, config.bytesPerSecond());
        var objects =
                new ObjectReader((key, position, size) -> {
                    counters.read(size);
                    return host.read(key, position, size);
                });
        this.step =
                new CompactionStep(
                        host,
                        new InputBlocks.Source(objects, pace, config.windowBytes()),
                        blockBytes);
    }

    /** Returns the counts so far; thread-safe. */
    public CompactionStats stats() {
        return counters.snapshot();
    }

    /** Runs rounds until the node stops or is fenced; the thread's body. */
    public void run() {
        if (config.bytesPerSecond() == 0) {
            return;
        }
        int failures = 0;
        while (!host.isStopping()) {
            try {
                Progress progress = round();
                failures = 0;
                if (progress == Progress.FENCED) {
                    return;
                }
                if (progress == Progress.NONE) {
                    host.pause(config.interval().toNanos(), "compact");
                }
            } catch (S3StreamException e) {
                if (host.isStopping()) {
                    return;
                }
                failures++;
                counters.failed();
                LOG.warn("compaction, again later: {}", e.getMessage());
                backOff(failures);
            }
        }
    }

    private void backOff(int failures) {
        long nanos = FIRST_BACKOFF_NANOS << Math.min(20, failures - 1);
        try {
            host.pause(Math.min(nanos, config.interval().toNanos()), "compact again");
        } catch (S3StreamException stopping) {
            LOG.debug("compaction ends: {}", stopping.getMessage());
        }
    }

    /**
     * Result of a round: there may be more to do, there is nothing to do, or the node is fenced.
     */
    enum Progress {
        SOME,
        NONE,
        FENCED
    }

    /** Looks for a step that gains something, and carries it out. */
    Progress round() {
        long[] since = {clock.nanoTime()};
        var view =
                new ImageView(host.image(), this::isEligible, () -> since[0] = pace.rest(since[0]));
        Planner.Outlook outlook = planner.look(view);
        counters.looked(outlook);
        pace.pressing(outlook.pressing());
        CompactionPlan plan = outlook.plan();
        return plan == null ? Progress.NONE : carryOut(plan);
    }

    private Progress carryOut(CompactionPlan plan) {
        LOG.debug(
                "{}: {} objects, {} bytes, into {}",
                plan.reason(),
                plan.inputs().size(),
                plan.bytes(),
                plan.outputs().size());
        boolean any = false;
        try {
            Map<String, ObjectIndex> indexes = step.indexes(plan);
            for (CompactionPlan.Output output : plan.outputs()) {
                CompactionStep.Outcome outcome = step.make(plan, output, indexes);
                counters.made(outcome);
                if (outcome instanceof CompactionStep.Outcome.Fenced(var why)) {
                    LOG.info("compaction ends, the node epoch was fenced: {}", why);
                    return Progress.FENCED;
                }
                any |=
                        outcome instanceof CompactionStep.Outcome.Committed c
                                && c.rangesCommitted() > 0;
            }
            counters.stepped();
        } catch (ObjectMissingException e) {
            missing(e);
        } catch (DamagedInputException e) {
            leaveAlone(e.key(), e);
        }
        // What came to nothing is not tried again at once: the image may not be what it seems.
        return any ? Progress.SOME : Progress.NONE;
    }

    /**
     * Takes note of a missing input. It may have been trimmed meanwhile, and then is planned no
     * more; one that is planned again is lost.
     */
    private void missing(ObjectMissingException e) {
        if (missedOnce.add(e.key())) {
            LOG.debug("planned again: {}", e.getMessage());
        } else {
            leaveAlone(e.key(), e);
        }
    }

    /** Excludes an input: what is damaged is not copied, nor tried for ever. */
    private void leaveAlone(String key, S3StreamException why) {
        LOG.error("compaction leaves {} alone: {}", key, why.getMessage());
        damaged.add(key);
        counters.damaged(damaged.size());
    }

    private boolean isEligible(String key) {
        Optional<ObjectKey> parsed = ObjectKey.parse(key);
        return parsed.isPresent() && !damaged.contains(key) && isMine(parsed.get());
    }

    private boolean isMine(ObjectKey key) {
        return key.nodeId() == host.numbers().nodeId()
                || (host.leads()
                        && host.image()
                                .node(key.nodeId())
                                .filter(node -> !node.fenced())
                                .isEmpty());
    }
}
