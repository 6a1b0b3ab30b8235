package io.oxbow.node.config;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.s3stream.store.ObjectStores;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/** Every key that a node understands. The documentation is generated from here. */
public final class NodeConfigKeys {

    public static final String DATA_DIR = "oxbow.data.dir";
    public static final String STORE = "oxbow.store";
    public static final String LINEAGE = "oxbow.lineage";
    public static final String HTTP_LISTENER = "oxbow.http.listener";
    public static final String WAL = "oxbow.wal";
    public static final String WAL_BATCH_INTERVAL = "oxbow.wal.batch.interval.ms";
    public static final String WAL_BATCH_BYTES = "oxbow.wal.batch.bytes";
    public static final String WAL_CAPACITY = "oxbow.wal.capacity.bytes";
    public static final String WAL_ABANDON = "oxbow.wal.abandon";
    public static final String PENDING_BYTES = "oxbow.upload.pending.bytes";
    public static final String UPLOAD_INTERVAL = "oxbow.upload.interval.ms";

    /** How to reach the store; used for streams and tables alike. */
    public static final List<String> STORE_OPTIONS = ObjectStores.optionNames();

    private NodeConfigKeys() {}

    /** The node's own keys. */
    public static ConfigDef definitions() {
        ConfigDef definitions = own();
        MemoryKeys.define(definitions);
        return definitions;
    }

    private static ConfigDef own() {
        return new ConfigDef()
                .define(
                        DATA_DIR,
                        Type.STRING,
                        "./oxbow-data",
                        Importance.HIGH,
                        "Local directory of this node: its write-ahead log and, unless oxbow.store says"
                                + " otherwise, the bucket.")
                .define(
                        STORE,
                        Type.STRING,
                        "",
                        Importance.HIGH,
                        "The bucket: file:///DIRECTORY or s3://BUCKET/PREFIX. Default: the directory"
                                + " 'bucket' in oxbow.data.dir.")
                .define(
                        LINEAGE,
                        Type.STRING,
                        "main",
                        Importance.LOW,
                        "The cluster's name within the bucket: all its keys start with it. Letters,"
                                + " digits, '-' and '_'.")
                .define(
                        HTTP_LISTENER,
                        Type.STRING,
                        "127.0.0.1:8181",
                        Importance.HIGH,
                        "HOST:PORT for HTTP: /iceberg (REST catalog), /registry (schema registry),"
                                + " /metrics, /health/live, /health/ready. Port 0 picks a free one.")
                .define(
                        WAL,
                        Type.STRING,
                        "file",
                        ConfigDef.ValidString.in("file", "object"),
                        Importance.HIGH,
                        "Where the write-ahead log lies: 'file' is a file in oxbow.data.dir, fast, and"
                                + " lost with its disk; 'object' is in the bucket, so that nothing but"
                                + " the bucket is needed to start again anywhere, and an"
                                + " acknowledgement takes as long as a put.")
                .define(
                        WAL_BATCH_INTERVAL,
                        Type.LONG,
                        100L,
                        Range.between(1L, 10_000L),
                        Importance.MEDIUM,
                        "With oxbow.wal=object: under traffic one object is put per so many"
                                + " milliseconds; an append after a pause is put at once. 100 is at"
                                + " most 36,000 puts an hour, 250 at most 14,400; none while idle.")
                .define(
                        WAL_BATCH_BYTES,
                        Type.INT,
                        8 << 20,
                        Range.between(64 << 10, 16 << 20),
                        Importance.LOW,
                        "With oxbow.wal=object: an object of that many bytes is put at once.")
                .define(
                        WAL_CAPACITY,
                        Type.LONG,
                        1L << 30,
                        Range.between(16L << 20, 1L << 40),
                        Importance.MEDIUM,
                        "Size of the write-ahead log's file in bytes, a multiple of 1 MiB. With"
                                + " oxbow.wal=object: how much the log may hold that is not in data"
                                + " objects yet. While no upload succeeds, records are kept in the log"
                                + " and memory holds the newest: what producers write in the longest"
                                + " outage should fit.")
                .define(
                        WAL_ABANDON,
                        Type.LIST,
                        List.of(),
                        Importance.LOW,
                        "Ids of write-ahead logs that are lost: what they held and had not uploaded is"
                                + " given up for good. The start tells the id when it needs this word.")
                .define(
                        PENDING_BYTES,
                        Type.LONG,
                        Long.MAX_VALUE,
                        Range.atLeast(1L << 20),
                        Importance.LOW,
                        "How much may be appended and not in the bucket yet; producers wait at it, or"
                                + " when the write-ahead log is full. Default: what the log holds.")
                .define(
                        UPLOAD_INTERVAL,
                        Type.LONG,
                        30_000L,
                        Range.between(50L, 3_600_000L),
                        Importance.MEDIUM,
                        "Upload at least this often, in milliseconds; a table's freshness may ask for"
                                + " more.");
    }

    /** Every key that may stand in a configuration. */
    public static Set<String> all() {
        var keys = new TreeSet<>(definitions().names());
        keys.addAll(BrokerConfig.definitions().names());
        keys.addAll(STORE_OPTIONS);
        return keys;
    }
}
