package io.oxbow.s3stream.engine;

import io.oxbow.s3stream.Stream;
import io.oxbow.s3stream.compact.CompactionConfig;
import io.oxbow.s3stream.compact.CompactionGoals;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.store.local.LocalObjectStore;
import io.oxbow.s3stream.testkit.MemoryLog;
import io.oxbow.s3stream.wal.file.FileWalVolume;
import io.oxbow.s3stream.wal.file.WalConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the latency of appends at a steady rate on a local store, with and without compaction.
 * Run by hand: {@code CompactionBench DIRECTORY SECONDS MIB_PER_SECOND (on|off)}.
 */
final class CompactionBench {

    private static final int STREAMS = 50;
    private static final int RECORD_BYTES = 4 << 10;

    private CompactionBench() {}

    public static void main(String[] args) throws Exception {
        Path directory = Files.createDirectories(Path.of(args[0]));
        int seconds = Integer.parseInt(args[1]);
        int perSecond = (Integer.parseInt(args[2]) << 20) / RECORD_BYTES;
        run(directory, seconds * perSecond, perSecond, args[3].equals("on"));
    }

    private static void run(Path directory, int appends, int perSecond, boolean compacts)
            throws IOException, InterruptedException {
        Environment environment = Environment.system();
        var goals = new CompactionGoals(4 << 20, 16 << 20, 16, 3, 20, 10_000);
        var compaction =
                compacts
                        ? new CompactionConfig(32 << 20, 32 << 20, Duration.ofSeconds(1), goals)
                        : CompactionConfig.off();
        var config =
                StreamStoreConfig.of(
                                new StreamStoreConfig.Identity(
                                        1, UUID.randomUUID(), "x:1", Set.of()))
                        .with(
                                new StreamStoreConfig.Upload(
                                        8 << 20, Duration.ofSeconds(1), 64 << 20))
                        .with(compaction);
        var cluster = new MemoryLog.Cluster();
        try (var store = LocalObjectStore.open(directory.resolve("bucket"))) {
            var volume =
                    FileWalVolume.open(
                            WalConfig.at(directory.resolve("wal")).withCapacityBytes(256 << 20),
                            environment);
            try (var node =
                    NodeStreams.open(config, environment, store, new MemoryLog(cluster), volume)) {
                measure(node, appends, perSecond);
                node.flush();
                System.out.println(node.compaction());
                System.out.println(cluster.image.counts() + ", longest " + longest(cluster.image));
            }
        }
    }

    private static void measure(NodeStreams node, int appends, int perSecond)
            throws InterruptedException {
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(node.open(List.of(TestNode.name(i))).get(TestNode.name(i)));
        }
        byte[] bytes = new byte[RECORD_BYTES];
        new Random(1).nextBytes(bytes);
        long[] nanos = new long[appends];
        var done = new AtomicInteger();
        long start = System.nanoTime();
        for (int i = 0; i < appends; i++) {
            long due = start + (long) (i * 1e9 / perSecond);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            int number = i;
            streams.get(i % STREAMS)
                    .append(ByteBuffer.wrap(bytes), 1, i)
                    .onComplete(failure -> {
                        nanos[number] = System.nanoTime() - due;
                        done.incrementAndGet();
                    });
        }
        while (done.get() < appends) {
            Thread.sleep(1);
        }
        long[] sorted = Arrays.copyOfRange(nanos, appends / 10, appends);
        Arrays.sort(sorted);
        System.out.printf(
                "append latency in ms, due to durable: p50 %.2f p99 %.2f p99.9 %.2f max %.2f%n",
                at(sorted, 0.5), at(sorted, 0.99), at(sorted, 0.999), at(sorted, 1));
    }

    private static double at(long[] sorted, double quantile) {
        return sorted[(int) Math.min(sorted.length - 1, sorted.length * quantile)] / 1e6;
    }

    private static int longest(CoreImage image) {
        int longest = 0;
        for (CoreImage.StreamState stream : image.streams()) {
            longest = Math.max(longest, image.entries(stream.streamId(), -1, 1_000_000).size());
        }
        return longest;
    }
}
