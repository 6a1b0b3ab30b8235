package io.oxbow.s3stream.write;

import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.commit.Health;
import io.oxbow.s3stream.commit.ObjectCommitter;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Patience;
import io.oxbow.s3stream.env.Policy;
import io.oxbow.s3stream.tail.AppendBudget;
import io.oxbow.s3stream.tail.LogReadBack;
import io.oxbow.s3stream.tail.TailMemory;
import io.oxbow.s3stream.upload.UploadCommits;
import io.oxbow.s3stream.upload.UploadDemand;
import io.oxbow.s3stream.upload.Uploader;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parts of a node that an append passes through: budget, write-ahead log, tail memory and uploads.
 *
 * @param threads that it runs; started
 */
public record WritePath(
        WriteAheadLog wal,
        AppendBudget budget,
        TailMemory memory,
        LogReadBack readBack,
        Uploader uploader,
        List<Thread> threads) {

    /**
     * Time without any append let in, after which a full log counts as stuck, not just as
     * saturated.
     */
    private static final Duration STUCK = Duration.ofSeconds(5);

    /**
     * Starts a write path: tells the metadata log where this epoch's content starts, and only then
     * takes appends. So an epoch without any commit has acked nothing, and recovery passes it over.
     *
     * @param wal belongs to the write path, also when this throws
     */
    public static WritePath start(
            StreamStoreConfig config,
            Environment environment,
            ObjectCommitter committer,
            Health health,
            Patience patience,
            WriteAheadLog wal) {
        var sequence = ObjectCommitter.Sequence.ofOwn();
        if (committer.cover(sequence, wal.appendedLsns())
                instanceof ObjectCommitter.Outcome.Fenced(var why)) {
            wal.close();
            throw new FencedException("fenced while starting: " + why);
        }
        StreamStoreConfig.Memory bounds = config.memory();
        var budget =
                new AppendBudget(
                        config.upload().pendingBytesMax(),
                        bounds.appendHeapBytes(),
                        health,
                        environment.clock());
        watch(wal, budget, health, environment);
        var memory = new TailMemory(bounds.tailBytes(), bounds.heldBytes());
        var readBack = new LogReadBack(wal, bounds.readBackBytes(), patience);
        var demand = new UploadDemand(wal, budget, config.upload().interval());
        var commits =
                new UploadCommits(
                        committer,
                        sequence,
                        wal,
                        readBack,
                        budget,
                        demand,
                        health,
                        environment.clock(),
                        config.upload().commitBytes());
        var uploader =
                new Uploader(
                        wal,
                        readBack,
                        memory,
                        committer,
                        commits,
                        demand,
                        budget,
                        health,
                        config,
                        environment);
        List<Thread> threads = new ArrayList<>(uploader.threads());
        Component spill = environment.health().background("spill", Policy.END_PROCESS);
        spill.running();
        threads.add(environment.threads().newThread(spill.root(() -> memory.run(health))));
        threads.forEach(Thread::start);
        return new WritePath(wal, budget, memory, readBack, uploader, List.copyOf(threads));
    }

    private static void watch(
            WriteAheadLog wal, AppendBudget budget, Health health, Environment environment) {
        Component log = environment.health().essential("write-ahead-log", Policy.END_PROCESS);
        wal.onFailure(failure -> {
            log.ended(failure);
            health.fail(failure);
        });
        log.watch(() -> impediment(budget));
        log.running();
    }

    private static @Nullable String impediment(AppendBudget budget) {
        Duration stuck = budget.stuck();
        return stuck.compareTo(STUCK) < 0
                ? null
                : "full for %d s: appends wait for uploads".formatted(stuck.toSeconds());
    }

    /** Stops the threads, once waiting was ended; the opener of the log closes it. */
    public void stop() throws InterruptedException {
        uploader.stop();
        memory.stop();
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
