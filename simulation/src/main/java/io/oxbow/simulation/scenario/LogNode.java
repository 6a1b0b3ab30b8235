package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.MetadataImage;
import io.oxbow.s3stream.log.ApplicationLog;
import io.oxbow.s3stream.log.BucketMetadataLog;
import io.oxbow.s3stream.log.LeaderAliveException;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.LogConfig;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.s3stream.log.format.ApplicationSnapshot;
import io.oxbow.simulation.kernel.Chance;
import io.oxbow.simulation.kernel.SimulatedProcess;
import io.oxbow.simulation.kernel.Simulation;
import io.oxbow.simulation.world.FaultyObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A process that follows the metadata log, takes it over at whim, and appends while it leads. */
final class LogNode {

    private static final Duration PAUSE_MAX = Duration.ofSeconds(4);

    private final Simulation simulation;
    private final LogLedger ledger;
    private final Seams seams;
    private final SimulatedProcess process;
    private final FaultyObjectStore store;
    private final Chance chance;
    private @Nullable MetadataLog log;
    private boolean stopping;

    LogNode(
            Simulation simulation,
            LogLedger ledger,
            Seams seams,
            SimulatedProcess process,
            FaultyObjectStore store) {
        this.simulation = simulation;
        this.ledger = ledger;
        this.seams = seams;
        this.process = process;
        this.store = store;
        this.chance = simulation.chance().split();
    }

    SimulatedProcess process() {
        return process;
    }

    FaultyObjectStore store() {
        return store;
    }

    /** Returns the log, once it is open. */
    @Nullable MetadataLog log() {
        return log;
    }

    /** Begins no new work; work under way goes on. */
    void stop() {
        stopping = true;
    }

    /** Runs the process; the body of its first thread. */
    void live(LogConfig config) {
        MetadataLog opened =
                seams.log()
                        .apply(
                                BucketMetadataLog.open(
                                        seams.store().apply(store), config, process.environment()));
        var application = new SimulatedApplication(simulation, ledger, opened.application());
        application.start();
        log = opened;
        process.spawn(() -> loop(() -> append(opened)));
        process.spawn(() -> loop(() -> append(opened)));
        process.spawn(() -> loop(() -> application.append(chance.between(1, 3))));
        loop(() -> govern(opened));
    }

    void appendOnce() {
        MetadataLog opened = log;
        if (opened != null) {
            append(opened);
        }
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private void loop(Work work) {
        try {
            while (!stopping) {
                clock().sleep(chance.between(Duration.ofMillis(1), PAUSE_MAX));
                work.run();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void append(MetadataLog opened) {
        if (!opened.leadership().here()) {
            return;
        }
        List<CoreRecord> records = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = chance.between(1, 3); i > 0; i--) {
            String name = ledger.newName("core");
            names.add(name);
            records.add(new CoreRecord.PutPointer(name, 0, chance.bytes(chance.nextInt(40))));
        }
        try {
            List<ApplyResult> results = opened.append(records);
            simulation.check(
                    results.stream().allMatch(ApplyResult.PointerSet.class::isInstance),
                    "new pointers were answered %s",
                    results);
            names.forEach(ledger::acked);
        } catch (LogAppendException e) {
            note(names, e);
        }
    }

    private void note(List<String> names, LogAppendException failure) {
        switch (failure.retry()) {
            case RETRYABLE -> names.forEach(ledger::failed);
            case UNKNOWN -> names.forEach(ledger::unknown);
            case FATAL ->
                    simulation.check(
                            isStopped(failure.getCause()),
                            "the log has failed: %s",
                            trace(failure));
        }
    }

    private static boolean isStopped(@Nullable Throwable cause) {
        return cause == null || cause.getClass().getSimpleName().equals("StoppedException");
    }

    private static String trace(Throwable failure) {
        var out = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(out));
        return out.toString();
    }

    private void govern(MetadataLog opened) {
        try {
            if (!opened.leadership().here()) {
                if (chance.percent(40)) {
                    ledger.leads(takeOver(opened));
                }
            } else if (chance.percent(15)) {
                opened.snapshot();
            } else if (chance.percent(4)) {
                opened.application().resign(opened.leadership().leaderEpoch());
            }
        } catch (LeaderAliveException e) {
            // fine: next time
        } catch (LogAppendException e) {
            note(List.of(), e);
        } catch (S3StreamException e) {
            simulation.check(isStopped(e), "the log has failed: %s", trace(e));
        }
    }

    private MetadataLog.Leadership takeOver(MetadataLog opened) {
        return opened.takeOver(leader -> {
            var sign = chance.oneOf(List.of(MetadataLog.LeaderSign.values()));
            pause();
            return sign;
        });
    }

    private void pause() {
        try {
            clock().sleep(chance.between(Duration.ZERO, PAUSE_MAX));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Clock clock() {
        return process.environment().clock();
    }

    /** Returns the hash of the core section, for invariant 13; the log must be at rest. */
    static String coreHash(MetadataLog log) {
        return ((MetadataImage) log.image()).sections().coreHash();
    }

    /** Stands in for Kafka in the log: its records are names, and its state is their summary. */
    private static final class SimulatedApplication implements ApplicationLog.Listener {
        private final Simulation simulation;
        private final LogLedger ledger;
        private final ApplicationLog log;
        private long next;
        private int leaderEpoch;
        private long appendTimeMillis;
        private int ledEpoch = -1;

        SimulatedApplication(Simulation simulation, LogLedger ledger, ApplicationLog log) {
            this.simulation = simulation;
            this.ledger = ledger;
            this.log = log;
        }

        void start() {
            log.onSnapshot(this::snapshot);
            log.register(this);
        }

        void append(int count) {
            if (ledEpoch < 0) {
                return;
            }
            List<byte[]> records = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                records.add(ledger.newName("app").getBytes(StandardCharsets.US_ASCII));
            }
            try {
                log.prepare(ledEpoch, records);
                log.schedulePrepared();
            } catch (LogAppendException e) {
                // deposed meanwhile
            }
        }

        private @Nullable ApplicationSnapshot snapshot() {
            byte[] summary = ledger.summary(next).getBytes(StandardCharsets.US_ASCII);
            return new ApplicationSnapshot(
                    next, leaderEpoch, appendTimeMillis, List.of(List.of(summary)));
        }

        @Override
        public void loadSnapshot(ApplicationSnapshot snapshot) {
            simulation.check(
                    snapshot.endOffset() >= next,
                    "a snapshot of offset %d is loaded at %d",
                    snapshot.endOffset(),
                    next);
            String summary =
                    new String(snapshot.batches().getFirst().getFirst(), StandardCharsets.US_ASCII);
            simulation.check(
                    summary.equals(ledger.summary(snapshot.endOffset())),
                    "a snapshot says %s, the log said %s",
                    summary,
                    ledger.summary(snapshot.endOffset()));
            next = snapshot.endOffset();
        }

        @Override
        public void committed(List<ApplicationLog.Batch> batches) {
            for (ApplicationLog.Batch batch : batches) {
                simulation.check(
                        batch.baseOffset() == next,
                        "offset %d is shown after %d",
                        batch.baseOffset(),
                        next);
                for (byte[] record : batch.records()) {
                    ledger.shown(next++, new String(record, StandardCharsets.US_ASCII));
                }
                leaderEpoch = batch.leaderEpoch();
                appendTimeMillis = batch.appendTimeMillis();
            }
        }

        @Override
        public void leaderChanged(MetadataLog.Leadership leadership) {
            ledEpoch = leadership.here() ? leadership.leaderEpoch() : -1;
            if (leadership.here()) {
                ledger.leads(leadership);
            }
        }

        @Override
        public void closed() {
            ledEpoch = -1;
        }
    }
}
