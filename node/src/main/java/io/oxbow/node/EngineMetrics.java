package io.oxbow.node;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.oxbow.s3stream.compact.CompactionStats;
import io.oxbow.s3stream.stream.MemoryStats;
import io.oxbow.s3stream.stream.NodeStreams;
import io.oxbow.s3stream.stream.WalStats;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The engine's numbers as meters, asked for when they are scraped. {@code docs/metrics.md} lists
 * them.
 */
final class EngineMetrics implements MeterBinder {

    private static final String BYTES = "bytes";

    private final NodeStreams streams;

    EngineMetrics(NodeStreams streams) {
        this.streams = streams;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        wal(registry);
        appends(registry);
        caches(registry);
        compaction(registry);
        compactionBacklog(registry);
    }

    private void wal(MeterRegistry registry) {
        ToDoubleFunction<NodeStreams> used = from(NodeStreams::walStats, WalStats::usedBytes);
        ToDoubleFunction<NodeStreams> capacity =
                from(NodeStreams::walStats, WalStats::capacityBytes);
        gauge(registry, "oxbow.wal.used", BYTES, used);
        gauge(registry, "oxbow.wal.capacity", BYTES, capacity);
    }

    private void appends(MeterRegistry registry) {
        gauge(registry, "oxbow.tail", BYTES, ofAppends(MemoryStats.Appends::tailBytes));
        gauge(registry, "oxbow.held", BYTES, ofAppends(MemoryStats.Appends::heldBytes));
        gauge(registry, "oxbow.pending", BYTES, ofAppends(MemoryStats.Appends::pendingBytes));
        gauge(
                registry,
                "oxbow.pending.heap",
                BYTES,
                ofAppends(MemoryStats.Appends::pendingHeapBytes));
        gauge(registry, "oxbow.uploading", BYTES, ofAppends(MemoryStats.Appends::uploadingBytes));
        counter(
                registry,
                "oxbow.spilled.appends",
                null,
                ofAppends(MemoryStats.Appends::spilledAppends));
        counter(registry, "oxbow.read.back", BYTES, ofAppends(MemoryStats.Appends::readBackBytes));
        counter(
                registry,
                "oxbow.producer.waits",
                null,
                ofAppends(MemoryStats.Appends::producerWaits));
    }

    private void caches(MeterRegistry registry) {
        gauge(
                registry,
                "oxbow.cache.read.back",
                BYTES,
                ofCaches(MemoryStats.Caches::readBackBytes));
        gauge(registry, "oxbow.cache.blocks", BYTES, ofCaches(MemoryStats.Caches::blockBytes));
        gauge(registry, "oxbow.cache.indexes", BYTES, ofCaches(MemoryStats.Caches::indexBytes));
        gauge(registry, "oxbow.cache.ahead", BYTES, ofCaches(MemoryStats.Caches::aheadBytes));
        counter(registry, "oxbow.cache.hits", null, ofCaches(MemoryStats.Caches::hits));
        counter(registry, "oxbow.cache.misses", null, ofCaches(MemoryStats.Caches::misses));
        counter(registry, "oxbow.cache.prefetches", null, ofCaches(MemoryStats.Caches::prefetches));
    }

    private void compaction(MeterRegistry registry) {
        compactionCounter(registry, "looks", null, CompactionStats::looks);
        compactionCounter(registry, "steps", null, CompactionStats::steps);
        compactionCounter(registry, "objects.written", null, CompactionStats::objectsWritten);
        compactionCounter(registry, "read", BYTES, CompactionStats::bytesRead);
        compactionCounter(registry, "written", BYTES, CompactionStats::bytesWritten);
        compactionCounter(registry, "ranges.committed", null, CompactionStats::rangesCommitted);
        compactionCounter(registry, "ranges.refused", null, CompactionStats::rangesRefused);
        compactionCounter(registry, "failures", null, CompactionStats::failures);
    }

    private void compactionBacklog(MeterRegistry registry) {
        gauge(
                registry,
                "oxbow.compaction.backlog",
                "objects",
                from(NodeStreams::compaction, CompactionStats::backlogObjects));
        gauge(
                registry,
                "oxbow.compaction.damaged",
                "objects",
                from(NodeStreams::compaction, CompactionStats::damagedObjects));
        gauge(
                registry,
                "oxbow.compaction.pressing",
                null,
                from(NodeStreams::compaction, stats -> stats.pressing() ? 1 : 0));
    }

    private void compactionCounter(
            MeterRegistry registry,
            String name,
            @Nullable String unit,
            ToLongFunction<CompactionStats> value) {
        counter(registry, "oxbow.compaction." + name, unit, from(NodeStreams::compaction, value));
    }

    private static ToDoubleFunction<NodeStreams> ofAppends(
            ToLongFunction<MemoryStats.Appends> value) {
        return from(streams -> streams.memoryStats().appends(), value);
    }

    private static ToDoubleFunction<NodeStreams> ofCaches(
            ToLongFunction<MemoryStats.Caches> value) {
        return from(streams -> streams.memoryStats().caches(), value);
    }

    private static <S> ToDoubleFunction<NodeStreams> from(
            Function<NodeStreams, S> stats, ToLongFunction<S> value) {
        return streams -> value.applyAsLong(stats.apply(streams));
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            @Nullable String unit,
            ToDoubleFunction<NodeStreams> value) {
        Gauge.builder(name, streams, value).baseUnit(unit).register(registry);
    }

    private void counter(
            MeterRegistry registry,
            String name,
            @Nullable String unit,
            ToDoubleFunction<NodeStreams> value) {
        FunctionCounter.builder(name, streams, value).baseUnit(unit).register(registry);
    }
}
