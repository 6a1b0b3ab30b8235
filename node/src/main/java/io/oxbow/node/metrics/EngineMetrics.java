package io.oxbow.node.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.s3stream.compact.CompactionStats;
import io.oxbow.s3stream.engine.MemoryStats;
import io.oxbow.s3stream.engine.NodeStreams;
import io.oxbow.s3stream.engine.WalStats;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Meters of the engine, read when they are scraped. */
public final class EngineMetrics {

    private static final String BYTES = "bytes";
    private static final String OBJECTS = "objects";

    private final NodeStreams streams;
    private final MeterRegistry registry;

    private EngineMetrics(NodeStreams streams, MeterRegistry registry) {
        this.streams = streams;
        this.registry = registry;
    }

    public static void bind(NodeStreams streams, MeterRegistry registry) {
        var metrics = new EngineMetrics(streams, registry);
        metrics.bindWal();
        metrics.bindAppends();
        metrics.bindCaches();
        metrics.bindCompactionWork();
        metrics.bindCompactionBacklog();
    }

    /** Publishes that this node's partitions wait for its machine, should that die. */
    public static void bindWalWaits(BooleanSupplier waits, MeterRegistry registry) {
        Gauge.builder("oxbow.wal.waits", () -> waits.getAsBoolean() ? 1 : 0)
                .description(
                        "1 if this node's partitions wait for it when it dies, although other nodes"
                                + " share its bucket: its write-ahead log is on a disk of its own")
                .register(registry);
    }

    private void bindWal() {
        gauge(
                "oxbow.wal.used",
                BYTES,
                "Bytes of the write-ahead log in use, in the file or device"
                        + " where that is most",
                wal(WalStats::usedBytes));
        gauge(
                "oxbow.wal.capacity",
                BYTES,
                "Capacity of each file or device of the write-ahead log; of a"
                        + " log in the bucket, of all of it",
                wal(WalStats::capacityBytes));
    }

    private void bindAppends() {
        gauge(
                "oxbow.tail",
                BYTES,
                "Newest part of the write-ahead log that is in memory, for readers and uploads",
                appends(MemoryStats.Appends::tailBytes));
        gauge(
                "oxbow.held",
                BYTES,
                "Memory of the write-ahead log that slow readers hold on to",
                appends(MemoryStats.Appends::heldBytes));
        gauge(
                "oxbow.pending",
                BYTES,
                "Appended and not in data objects yet, in memory or not",
                appends(MemoryStats.Appends::pendingBytes));
        gauge(
                "oxbow.pending.heap",
                BYTES,
                "Heap to keep track of appends that are not in data objects yet",
                appends(MemoryStats.Appends::pendingHeapBytes));
        gauge(
                "oxbow.uploading",
                BYTES,
                "Of the write-ahead log, what is being uploaded",
                appends(MemoryStats.Appends::uploadingBytes));
        counter(
                "oxbow.spilled.appends",
                null,
                "Appends that memory had no room for and that are read back from the"
                        + " write-ahead log",
                appends(MemoryStats.Appends::spilledAppends));
        counter(
                "oxbow.read.back",
                BYTES,
                "Read back from the write-ahead log",
                appends(MemoryStats.Appends::readBackBytes));
        counter(
                "oxbow.producer.waits",
                null,
                "Appends that had to wait for room",
                appends(MemoryStats.Appends::producerWaits));
    }

    private void bindCaches() {
        gauge(
                "oxbow.cache.read.back",
                BYTES,
                "Cache of what was read back from the write-ahead log",
                caches(MemoryStats.Caches::readBackBytes));
        gauge(
                "oxbow.cache.blocks",
                BYTES,
                "Cache of blocks of data objects",
                caches(MemoryStats.Caches::blockBytes));
        gauge(
                "oxbow.cache.blocks.held",
                BYTES,
                "Blocks of data objects that readers hold on to",
                caches(MemoryStats.Caches::heldBlockBytes));
        gauge(
                "oxbow.cache.indexes",
                BYTES,
                "Cache of indexes of data objects",
                caches(MemoryStats.Caches::indexBytes));
        gauge(
                "oxbow.cache.ahead",
                BYTES,
                "Blocks that were fetched ahead and not read yet",
                caches(MemoryStats.Caches::aheadBytes));
        counter(
                "oxbow.cache.hits",
                null,
                "Blocks that were in memory when asked for, or on their way",
                caches(MemoryStats.Caches::hits));
        counter(
                "oxbow.cache.misses",
                null,
                "Blocks that were not in memory when asked for",
                caches(MemoryStats.Caches::misses));
        counter(
                "oxbow.cache.prefetches",
                null,
                "Blocks that were fetched ahead",
                caches(MemoryStats.Caches::prefetches));
    }

    private void bindCompactionWork() {
        counter(
                "oxbow.compaction.looks",
                null,
                "Looks for something to compact",
                compaction(CompactionStats::looks));
        counter(
                "oxbow.compaction.steps",
                null,
                "Steps of compaction carried out",
                compaction(CompactionStats::steps));
        counter(
                "oxbow.compaction.failures",
                null,
                "Steps of compaction that were given up, to be planned again",
                compaction(CompactionStats::failures));
        counter(
                "oxbow.compaction.objects.written",
                null,
                "Objects that compaction wrote and committed",
                compaction(CompactionStats::objectsWritten));
        counter(
                "oxbow.compaction.read",
                BYTES,
                "Read by compaction",
                compaction(CompactionStats::bytesRead));
        counter(
                "oxbow.compaction.written",
                BYTES,
                "Written by compaction",
                compaction(CompactionStats::bytesWritten));
        counter(
                "oxbow.compaction.ranges.committed",
                null,
                "Ranges of offsets that compaction moved to other objects",
                compaction(CompactionStats::rangesCommitted));
        counter(
                "oxbow.compaction.ranges.refused",
                null,
                "Ranges that had changed meanwhile, so that the work was in vain",
                compaction(CompactionStats::rangesRefused));
    }

    private void bindCompactionBacklog() {
        gauge(
                "oxbow.compaction.backlog",
                OBJECTS,
                "Objects with something to gain by compaction, as of the last look",
                compaction(CompactionStats::backlogObjects));
        gauge(
                "oxbow.compaction.damaged",
                OBJECTS,
                "Objects that compaction cannot read and leaves alone until the next start",
                compaction(CompactionStats::damagedObjects));
        gauge(
                "oxbow.compaction.pressing",
                null,
                "1 when many streams have too many objects, so that compaction is in"
                        + " a hurry; 0 otherwise",
                compaction(stats -> stats.pressing() ? 1 : 0));
    }

    private static ToDoubleFunction<NodeStreams> wal(ToLongFunction<WalStats> value) {
        return from(NodeStreams::walStats, value);
    }

    private static ToDoubleFunction<NodeStreams> appends(
            ToLongFunction<MemoryStats.Appends> value) {
        return from(streams -> streams.memoryStats().appends(), value);
    }

    private static ToDoubleFunction<NodeStreams> caches(ToLongFunction<MemoryStats.Caches> value) {
        return from(streams -> streams.memoryStats().caches(), value);
    }

    private static ToDoubleFunction<NodeStreams> compaction(ToLongFunction<CompactionStats> value) {
        return from(NodeStreams::compaction, value);
    }

    private static <S> ToDoubleFunction<NodeStreams> from(
            Function<NodeStreams, S> stats, ToLongFunction<S> value) {
        return streams -> value.applyAsLong(stats.apply(streams));
    }

    private void gauge(
            String name,
            @Nullable String unit,
            String meaning,
            ToDoubleFunction<NodeStreams> value) {
        Gauge.builder(name, streams, value).baseUnit(unit).description(meaning).register(registry);
    }

    private void counter(
            String name,
            @Nullable String unit,
            String meaning,
            ToDoubleFunction<NodeStreams> value) {
        FunctionCounter.builder(name, streams, value)
                .baseUnit(unit)
                .description(meaning)
                .register(registry);
    }
}
