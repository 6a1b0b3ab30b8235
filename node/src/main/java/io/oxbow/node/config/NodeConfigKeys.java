package io.oxbow.node.config;

import io.oxbow.broker.config.BrokerConfig;
import io.oxbow.catalog.PointerCatalog;
import io.oxbow.s3stream.compact.CompactionConfig;
import io.oxbow.s3stream.store.s3.S3Options;
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
    public static final String ROLES = "oxbow.roles";
    public static final String HTTP_LISTENER = "oxbow.http.listener";
    public static final String HTTP_HOSTS = "oxbow.http.hosts";
    public static final String INSECURE_LISTENERS = "oxbow.insecure.listeners";
    public static final String PENDING_BYTES = "oxbow.upload.pending.bytes";
    public static final String UPLOAD_INTERVAL = "oxbow.upload.interval.ms";
    public static final String CACHE_TABLES_BYTES = "oxbow.cache.tables.bytes";
    public static final String COMPACTION_RATE = "oxbow.compaction.bytes.per.second";

    /** Names of the store's options, used for streams and tables alike. */
    public static final List<String> STORE_OPTIONS = S3Options.NAMES;

    private NodeConfigKeys() {}

    /** Returns the definitions of the node's own keys. */
    public static ConfigDef definitions() {
        ConfigDef definitions = own();
        WalKeys.define(definitions);
        MemoryKeys.define(definitions);
        ClusterKeys.define(definitions);
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
                        ROLES,
                        Type.LIST,
                        List.of("broker", "controller", Roles.TABLEFLOW),
                        Importance.LOW,
                        "What this process does: broker and controller, which no process can leave away"
                                + " yet, and tableflow: it translates topics into tables.")
                .define(
                        HTTP_LISTENER,
                        Type.STRING,
                        "127.0.0.1:8181",
                        Importance.HIGH,
                        "HOST:PORT for HTTP: /iceberg (REST catalog), /registry (schema registry),"
                                + " /metrics, /health/live, /health/ready. Port 0 picks a free one.")
                .define(
                        HTTP_HOSTS,
                        Type.LIST,
                        List.of(),
                        Importance.MEDIUM,
                        "Names under which HTTP clients may reach this node, separated by commas, beside"
                                + " localhost, IP addresses and the names in advertised.listeners: the"
                                + " service's name in compose or Kubernetes, for example. Requests for"
                                + " other hosts, or from pages of other origins, are refused, so that no"
                                + " web page can make a browser talk to the node.")
                .define(
                        INSECURE_LISTENERS,
                        Type.LIST,
                        List.of(),
                        Importance.HIGH,
                        "Listeners that may be reached from other machines although nobody has to"
                                + " authenticate there: names of listeners, 'http' for"
                                + " oxbow.http.listener, and 'rpc' for oxbow.rpc.listener. The start is refused while one of them is open"
                                + " beyond loopback and does not stand here.")
                .define(
                        PENDING_BYTES,
                        Type.LONG,
                        Long.MAX_VALUE,
                        Range.atLeast(1L << 20),
                        Importance.LOW,
                        "Most bytes that are appended and not in the bucket yet; producers wait "
                                + "at it, or when the write-ahead log is full. Default: what the log holds.")
                .define(
                        UPLOAD_INTERVAL,
                        Type.LONG,
                        30_000L,
                        Range.between(50L, 3_600_000L),
                        Importance.MEDIUM,
                        "Upload at least this often, in milliseconds; records of a topic with a table are"
                                + " uploaded once in its freshness, too.")
                .define(
                        COMPACTION_RATE,
                        Type.LONG,
                        CompactionConfig.defaults().bytesPerSecond(),
                        Range.atLeast(0L),
                        Importance.MEDIUM,
                        "Usual rate of compaction, in bytes read and written per second: more "
                                + "when more than that is uploaded, half of it while the node serves "
                                + "clients. 0: objects in the bucket are not merged.")
                .define(
                        CACHE_TABLES_BYTES,
                        Type.LONG,
                        PointerCatalog.Settings.CACHE_BYTES,
                        Range.atLeast(0L),
                        Importance.LOW,
                        "Heap for the metadata of tables, about what it takes when read; beyond it,"
                                + " what was used longest ago is read again from the bucket.");
    }

    /** Returns every key that may stand in a configuration. */
    public static Set<String> all() {
        var keys = new TreeSet<>(definitions().names());
        keys.addAll(BrokerConfig.definitions().names());
        keys.addAll(STORE_OPTIONS);
        return keys;
    }
}
