package io.oxbow.simulation.scenario;

import io.oxbow.s3stream.compact.CompactionConfig;
import io.oxbow.s3stream.compact.CompactionGoals;
import io.oxbow.s3stream.config.ArchiveConfig;
import io.oxbow.s3stream.config.StreamStoreConfig;
import io.oxbow.s3stream.log.LogConfig;
import io.oxbow.s3stream.wal.bucket.BucketWalConfig;
import io.oxbow.s3stream.wal.disk.WalDisk;
import io.oxbow.s3stream.wal.file.WalConfig;
import io.oxbow.simulation.kernel.Chance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** A node's settings for one run: small, so that everything fills up and turns over. */
public record StreamSettings(
        int nodeId,
        WalConfig wal,
        StreamStoreConfig.Upload upload,
        StreamStoreConfig.Memory memory,
        StreamStoreConfig.Reads reads,
        CompactionConfig compaction,
        ArchiveConfig archive,
        int snapshotEverySlots) {

    public static StreamSettings drawn(Chance chance) {
        int ringBlocks = chance.between(12, 100);
        var wal =
                new WalConfig(
                        Path.of("simulated"),
                        4L * WalDisk.BLOCK_BYTES + (long) ringBlocks * WalDisk.BLOCK_BYTES,
                        4 << 20,
                        1 << 16,
                        6000,
                        chance.oneOf(List.of(1, 4096, 16_384)),
                        chance.between(1, 3),
                        Duration.ofSeconds(30));
        long objectBytes = chance.between(2_000, 60_000);
        var upload =
                new StreamStoreConfig.Upload(
                        objectBytes,
                        Math.max(1, objectBytes / chance.between(1, 4)),
                        objectBytes * chance.between(0, 3) + 1,
                        chance.between(Duration.ofMillis(50), Duration.ofSeconds(10)),
                        2 * objectBytes,
                        objectBytes / chance.between(1, 10),
                        objectBytes * chance.between(1, 5));
        var memory =
                new StreamStoreConfig.Memory(
                        chance.oneOf(List.of(0, 1 << 16, 1 << 20)),
                        chance.oneOf(List.of(0, 1 << 16)),
                        chance.oneOf(List.of(2_000, 20_000, 1 << 20)),
                        chance.oneOf(List.of(0, 50_000)));
        var reads =
                new StreamStoreConfig.Reads(
                        chance.oneOf(List.of(0, 10_000, 1 << 20)),
                        chance.oneOf(List.of(0, 10_000, 1 << 20)),
                        chance.oneOf(List.of(0, 50_000)),
                        chance.between(0, 4));
        return new StreamSettings(
                1,
                wal,
                upload,
                memory,
                reads,
                compaction(chance),
                archive(chance),
                chance.between(3, 40));
    }

    private static CompactionConfig compaction(Chance chance) {
        int inputs = chance.between(4, 12);
        long single = chance.between(500, 20_000);
        var goals =
                new CompactionGoals(
                        single,
                        single * chance.between(1, 4),
                        inputs,
                        2,
                        chance.between(2, 8),
                        inputs + chance.nextInt(50));
        return chance.oneIn(5)
                ? CompactionConfig.off()
                : new CompactionConfig(
                        chance.oneOf(List.of(20_000, 1 << 20)),
                        chance.oneOf(List.of(10_000, 100_000)),
                        chance.between(Duration.ofMillis(200), Duration.ofSeconds(10)),
                        goals);
    }

    private static ArchiveConfig archive(Chance chance) {
        return new ArchiveConfig(
                chance.between(8, 40),
                chance.between(2, 8),
                chance.between(8, 40),
                chance.between(2, 6));
    }

    /** Returns the configuration of a write-ahead log in the bucket, as small. */
    public BucketWalConfig bucketWal() {
        return new BucketWalConfig(
                Duration.ofMillis(50),
                16_384,
                wal.writes().inFlight(),
                wal.capacityBytes(),
                4 << 20,
                1 << 16,
                wal.recordBytesMax(),
                Duration.ofMinutes(5));
    }

    /** Returns the same settings for another node. */
    public StreamSettings ofNode(int id) {
        return new StreamSettings(
                id, wal, upload, memory, reads, compaction, archive, snapshotEverySlots);
    }

    public StreamStoreConfig streams(UUID incarnation) {
        var identity = new StreamStoreConfig.Identity(nodeId, incarnation, "127.0.0.1:1", Set.of());
        var maintenance =
                new StreamStoreConfig.Maintenance(
                        Duration.ofSeconds(1), Duration.ofMillis(500), Duration.ofSeconds(20));
        return StreamStoreConfig.of(identity)
                .with(upload)
                .with(memory)
                .with(reads)
                .with(maintenance)
                .with(compaction)
                .with(archive);
    }

    public LogConfig log(UUID incarnation) {
        return new LogConfig(
                nodeId,
                incarnation,
                1 << 20,
                Duration.ofMillis(20),
                Duration.ofMillis(500),
                Duration.ofMillis(20),
                Duration.ofSeconds(2),
                snapshotEverySlots,
                64L << 20);
    }
}
