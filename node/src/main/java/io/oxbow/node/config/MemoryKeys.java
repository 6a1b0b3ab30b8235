package io.oxbow.node.config;

import io.oxbow.node.launch.ByteSize;
import io.oxbow.node.launch.MemoryPlan;
import io.oxbow.s3stream.config.MemoryBounds;
import io.oxbow.s3stream.config.StreamStoreConfig;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Keys of the memory bounds that the engine keeps to. {@link #DERIVED}, the default of each, leaves
 * it to {@link MemoryBounds#derive}.
 */
public final class MemoryKeys {

    /**
     * Default of each key: derived from the heap, the direct memory and the container's or
     * machine's memory.
     */
    public static final long DERIVED = -1;

    public static final String SLAB_BYTES = "oxbow.memory.slab.bytes";
    public static final String TAIL_BYTES = "oxbow.memory.tail.bytes";
    public static final String HELD_BYTES = "oxbow.memory.held.bytes";
    public static final String APPENDS_BYTES = "oxbow.memory.appends.bytes";
    public static final String READ_BACK_BYTES = "oxbow.memory.read.back.bytes";
    public static final String COMPACTION_BYTES = "oxbow.memory.compaction.bytes";
    public static final String UPLOAD_BYTES = "oxbow.upload.bytes";
    public static final String UPLOAD_COPY_BYTES = "oxbow.memory.upload.bytes";
    public static final String UPLOADS_BYTES = "oxbow.upload.in.flight.bytes";
    public static final String CACHE_BYTES = "oxbow.cache.bytes";
    public static final String INDEX_CACHE_BYTES = "oxbow.cache.index.bytes";
    public static final String READAHEAD_BYTES = "oxbow.cache.readahead.bytes";

    /** Meaning of each key; the document's text begins with it. */
    private static final Map<String, String> MEANINGS =
            Map.ofEntries(
                    Map.entry(
                            SLAB_BYTES,
                            "Direct memory for the write-ahead log: what is being written, and what"
                                    + " tails, readers and uploads share."),
                    Map.entry(
                            TAIL_BYTES,
                            "Most of oxbow.memory.slab.bytes that tails keep of records that are not "
                                    + "in the bucket yet; older ones are read back from the write-ahead log."),
                    Map.entry(
                            HELD_BYTES,
                            "Most of oxbow.memory.slab.bytes that slow readers may hold; beyond it, "
                                    + "they get copies."),
                    Map.entry(
                            APPENDS_BYTES,
                            "Heap to keep track of appends that are not in the bucket yet, about 128"
                                    + " bytes each. Producers wait when it is used up."),
                    Map.entry(
                            READ_BACK_BYTES,
                            "Heap for records that were read back from the write-ahead log."),
                    Map.entry(COMPACTION_BYTES, "Heap for a compaction under way."),
                    Map.entry(
                            UPLOAD_COPY_BYTES,
                            "Heap for what uploads copy: small records, and those that are read back"
                                    + " from the write-ahead log. An upload with more is cut."),
                    Map.entry(
                            UPLOAD_BYTES,
                            "Upload when this many bytes have gathered, or what memory holds, or a"
                                    + " quarter of the write-ahead log, if that is less. Twice as"
                                    + " many are committed together."),
                    Map.entry(
                            UPLOADS_BYTES,
                            "Most bytes of all uploads under way; one upload always is."),
                    Map.entry(
                            CACHE_BYTES,
                            "Direct memory for blocks read from the bucket, those fetched ahead included."),
                    Map.entry(INDEX_CACHE_BYTES, "Heap for indexes of objects in the bucket."),
                    Map.entry(
                            READAHEAD_BYTES,
                            "Most bytes that are fetched ahead of one sequential reader."));

    private MemoryKeys() {}

    static void define(ConfigDef definitions) {
        definitions.define(
                MemoryPlan.KEY,
                Type.STRING,
                "",
                Importance.HIGH,
                "Memory of the whole process, such as 2g; at least 512m. bin/oxbow sizes the JVM by"
                        + " it before it starts: heap and direct memory, and by these slabs, caches"
                        + " and budgets. Default: 1g, or three quarters of a smaller container or"
                        + " machine. Not beside a heap or direct memory sized in OXBOW_OPTS (-Xmx,"
                        + " -XX:MaxDirectMemorySize, -XX:MaxRAMPercentage), which takes its place.");
        for (String key : MEANINGS.keySet().stream().sorted().toList()) {
            definitions.define(
                    key,
                    Type.LONG,
                    DERIVED,
                    Range.between(DERIVED, key.equals(UPLOAD_BYTES) ? 1L << 30 : 1L << 40),
                    Importance.MEDIUM,
                    MEANINGS.get(key) + " -1: derived from heap, direct memory and container.");
        }
    }

    /**
     * Returns the bounds that the configuration asks for; a bound that it leaves open is as {@code
     * derived}. Uploads never wait for more than may be pending.
     */
    static MemoryBounds bounds(
            AbstractConfig values, MemoryBounds derived, long pendingBytes, long compactionRate) {
        long uploadBytes = values.getLong(UPLOAD_BYTES);
        if (uploadBytes > pendingBytes) {
            throw new ConfigFailure(
                    "%s=%d: uploads would wait for more than %s=%d lets gather"
                            .formatted(
                                    UPLOAD_BYTES,
                                    uploadBytes,
                                    NodeConfigKeys.PENDING_BYTES,
                                    pendingBytes));
        }
        if (compactionRate == 0 && values.getLong(COMPACTION_BYTES) != DERIVED) {
            throw new ConfigFailure(
                    "%s is set, but %s=0 means that nothing is compacted"
                            .formatted(COMPACTION_BYTES, NodeConfigKeys.COMPACTION_RATE));
        }
        StreamStoreConfig.Memory memory = derived.memory();
        StreamStoreConfig.Reads reads = derived.reads();
        return new MemoryBounds(
                pick(values, SLAB_BYTES, derived.slabBytes()),
                new StreamStoreConfig.Memory(
                        pick(values, TAIL_BYTES, memory.tailBytes()),
                        pick(values, HELD_BYTES, memory.heldBytes()),
                        pickPositive(values, APPENDS_BYTES, memory.appendHeapBytes()),
                        pick(values, READ_BACK_BYTES, memory.readBackBytes())),
                pickPositive(values, UPLOAD_BYTES, Math.min(derived.objectBytes(), pendingBytes)),
                pickPositive(values, UPLOADS_BYTES, derived.inFlightBytes()),
                pickPositive(values, UPLOAD_COPY_BYTES, derived.uploadCopyBytes()),
                new StreamStoreConfig.Reads(
                        pick(values, CACHE_BYTES, reads.blockCacheBytes()),
                        pick(values, INDEX_CACHE_BYTES, reads.indexCacheBytes()),
                        pick(values, READAHEAD_BYTES, reads.readaheadBytes()),
                        reads.prefetchesMax()),
                pickPositive(values, COMPACTION_BYTES, derived.compactionBytes()));
    }

    /** Refuses a size that this JVM was not started with: it would be accepted and mean nothing. */
    static void requireApplied(AbstractConfig values, String applied) {
        String given = values.getString(MemoryPlan.KEY);
        if (given.isEmpty()) {
            return;
        }
        try {
            long bytes = ByteSize.parse(MemoryPlan.KEY, given);
            if (!applied.equals(String.valueOf(bytes))) {
                MemoryPlan plan = MemoryPlan.of(bytes);
                throw new ConfigFailure(
                        ("%s=%s: this JVM was not started with it; start it by bin/oxbow, or with %s"
                                        + " -D%s=%d")
                                .formatted(
                                        MemoryPlan.KEY,
                                        given,
                                        String.join(" ", plan.sizes()),
                                        MemoryPlan.APPLIED,
                                        bytes));
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigFailure(String.valueOf(e.getMessage()));
        }
    }

    private static long pickPositive(AbstractConfig values, String key, long derived) {
        long picked = pick(values, key, derived);
        if (picked == 0) {
            throw new ConfigFailure(key + "=0: must be at least 1, or -1 for a derived value");
        }
        return picked;
    }

    private static long pick(AbstractConfig values, String key, long derived) {
        long given = values.getLong(key);
        return given == DERIVED ? derived : given;
    }
}
