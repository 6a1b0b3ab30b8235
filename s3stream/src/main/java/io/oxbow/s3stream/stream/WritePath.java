package io.oxbow.s3stream.stream;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an append passes through: bounds, the write-ahead log, the memory of the tails, uploads.
 *
 * @param threads that it runs; started
 */
record WritePath(
        WriteAheadLog wal,
        AppendBudget budget,
        TailMemory memory,
        LogReadBack readBack,
        Uploader uploader,
        List<Thread> threads) {

    /** A saturated log lets appends in all the time; one that is stuck does not. */
    private static final Duration STUCK = Duration.ofSeconds(5);

    /** What a write path is built on. */
    record Ground(Environment environment, Publisher publisher, Health health, Patience patience) {}

    /**
     * Tells the metadata log where this epoch's content starts, and only then takes appends: an
     * epoch without any commit has acked nothing, and recovery passes it over.
     *
     * @param wal belongs to the write path, also when this throws
     */
    static WritePath start(StreamStoreConfig config, Ground ground, WriteAheadLog wal) {
        var sequence = Publisher.Sequence.ofOwn();
        if (ground.publisher.cover(sequence, wal.appendedLsns())
                instanceof Publisher.Outcome.Fenced(var why)) {
            wal.close();
            throw new FencedException("fenced while starting: " + why);
        }
        Component log =
                ground.environment.health().essential("write-ahead-log", Policy.END_PROCESS);
        wal.onFailure(failure -> {
            log.gaveUp(failure);
            ground.health.fail(failure);
        });
        StreamStoreConfig.Memory bounds = config.memory();
        var budget =
                new AppendBudget(
                        config.upload().maxPendingBytes(),
                        bounds.appendHeapBytes(),
                        ground.health,
                        ground.environment.clock());
        log.watch(() -> impediment(budget));
        log.running();
        var memory = new TailMemory(bounds.tailBytes(), bounds.heldBytes());
        var readBack = new LogReadBack(wal, bounds.readBackBytes());
        var parts =
                new UploadParts(
                        wal,
                        readBack,
                        memory,
                        ground.publisher,
                        sequence,
                        budget,
                        ground.health,
                        ground.patience);
        var uploader = new Uploader(parts, config, ground.environment);
        List<Thread> threads = new ArrayList<>(uploader.threads());
        Component spill = ground.environment.health().background("spill", Policy.END_PROCESS);
        spill.running();
        threads.add(
                ground.environment
                        .threads()
                        .newThread(spill.root(() -> memory.run(ground.health))));
        threads.forEach(Thread::start);
        return new WritePath(wal, budget, memory, readBack, uploader, List.copyOf(threads));
    }

    private static @Nullable String impediment(AppendBudget budget) {
        Duration stuck = budget.stuck();
        return stuck.compareTo(STUCK) < 0
                ? null
                : "full for %d s: appends wait for uploads".formatted(stuck.toSeconds());
    }

    /**
     * Ends its threads, once waiting has been called off; the log is closed by whoever opened it.
     */
    void stop() throws InterruptedException {
        uploader.stop();
        memory.stop();
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
