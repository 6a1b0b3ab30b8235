package io.oxbow.node.config;

import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.wal.file.WriteRate;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/** Keys of the write-ahead log. */
public final class WalKeys {

    public static final String WAL = "oxbow.wal";
    public static final String PATH = "oxbow.wal.path";
    public static final String CAPACITY = "oxbow.wal.capacity.bytes";
    public static final String IOPS = "oxbow.wal.iops";
    public static final String BYTES_PER_SECOND = "oxbow.wal.bytes.per.second";
    public static final String BATCH_INTERVAL = "oxbow.wal.batch.interval.ms";
    public static final String BATCH_BYTES = "oxbow.wal.batch.bytes";
    public static final String ABANDON = "oxbow.wal.abandon";

    private WalKeys() {}

    static void define(ConfigDef definitions) {
        defineAny(definitions);
        defineFiles(definitions);
        defineBucket(definitions);
    }

    private static void defineAny(ConfigDef definitions) {
        definitions
                .define(
                        WAL,
                        Type.STRING,
                        "file",
                        ConfigDef.ValidString.in("file", "object"),
                        Importance.HIGH,
                        "Place of the write-ahead log: 'file' is a file or disk of this machine (see"
                                + " oxbow.wal.path), fast, and lost with it; 'object' is in the bucket,"
                                + " so that nothing but the bucket is needed to start again anywhere,"
                                + " and an acknowledgement takes as long as a put.")
                .define(
                        CAPACITY,
                        Type.LONG,
                        1L << 30,
                        Range.between(16L << 20, 1L << 40),
                        Importance.MEDIUM,
                        "Size in bytes of each file or device of oxbow.wal.path, a multiple of 1 MiB;"
                                + " unless it is set, block devices are used whole. With"
                                + " oxbow.wal=object: how much the log may hold that is not in data"
                                + " objects yet. While no upload succeeds, records are kept in the log"
                                + " and memory holds the newest: what producers write in the longest"
                                + " outage should fit.")
                .define(
                        ABANDON,
                        Type.LIST,
                        List.of(),
                        Importance.LOW,
                        "Ids of write-ahead logs that are lost: what they held and had not uploaded is"
                                + " given up for good. The start tells the id when it needs this word.");
    }

    private static void defineFiles(ConfigDef definitions) {
        definitions
                .define(
                        PATH,
                        Type.LIST,
                        List.of("wal"),
                        Importance.HIGH,
                        "With oxbow.wal=file: the file or block device of the log, absolute or relative"
                                + " to oxbow.data.dir; or several, separated by commas: streams are"
                                + " spread over them, and all are needed. Which ones may change after a"
                                + " clean stop. A device must be blank when it is first used.")
                .define(
                        IOPS,
                        Type.LONG,
                        0L,
                        Range.atLeast(0L),
                        Importance.MEDIUM,
                        "With oxbow.wal=file: how many writes a second each file or device is asked for"
                                + " at most; what a cloud disk was bought with. 0: no bound.")
                .define(
                        BYTES_PER_SECOND,
                        Type.LONG,
                        0L,
                        Range.atLeast(0L),
                        Importance.MEDIUM,
                        "With oxbow.wal=file: how many bytes a second are written to each file or"
                                + " device at most; what a cloud disk was bought with. 0: no bound.");
    }

    private static void defineBucket(ConfigDef definitions) {
        definitions
                .define(
                        BATCH_INTERVAL,
                        Type.LONG,
                        100L,
                        Range.between(1L, 10_000L),
                        Importance.MEDIUM,
                        "With oxbow.wal=object: under traffic one object is put per so many"
                                + " milliseconds; an append after a pause is put at once. 100 is at"
                                + " most 36,000 puts an hour, 250 at most 14,400; none while idle.")
                .define(
                        BATCH_BYTES,
                        Type.INT,
                        8 << 20,
                        Range.between(64 << 10, 16 << 20),
                        Importance.LOW,
                        "With oxbow.wal=object: an object of that many bytes is put at once.");
    }

    static NodeConfig.Wal wal(AbstractConfig values, Path dataDir) {
        boolean inBucket = values.getString(WAL).equals("object");
        refuseOthers(values, inBucket);
        return new NodeConfig.Wal(
                inBucket ? WalKind.OBJECT : WalKind.FILE,
                capacity(values),
                files(values, dataDir),
                new NodeConfig.WalBatches(
                        Duration.ofMillis(values.getLong(BATCH_INTERVAL)),
                        values.getInt(BATCH_BYTES)),
                abandoned(values.getList(ABANDON)));
    }

    /** Refuses keys of the other kind of log, which would be taken and mean nothing. */
    private static void refuseOthers(AbstractConfig values, boolean inBucket) {
        List<String> others =
                inBucket ? List.of(IOPS, BYTES_PER_SECOND) : List.of(BATCH_INTERVAL, BATCH_BYTES);
        for (String key : others) {
            if (values.originals().containsKey(key)) {
                throw new ConfigFailure(
                        "%s has no meaning with %s=%s"
                                .formatted(key, WAL, inBucket ? "object" : "file"));
            }
        }
    }

    private static long capacity(AbstractConfig values) {
        long bytes = values.getLong(CAPACITY);
        if (bytes % (1 << 20) != 0) {
            throw new ConfigFailure(
                    "%s=%d is not a multiple of 1 MiB (%d); the next is %d"
                            .formatted(CAPACITY, bytes, 1 << 20, ((bytes >> 20) + 1) << 20));
        }
        return bytes;
    }

    private static NodeConfig.WalFiles files(AbstractConfig values, Path dataDir) {
        return new NodeConfig.WalFiles(
                paths(values.getList(PATH), dataDir),
                !values.originals().containsKey(CAPACITY),
                new WriteRate(values.getLong(IOPS), values.getLong(BYTES_PER_SECOND)));
    }

    private static List<Path> paths(List<String> given, Path dataDir) {
        if (given.isEmpty() || given.contains("")) {
            throw new ConfigFailure(
                    ("%s=%s: a path is empty; name a file or block device, or several with commas"
                                    + " between them")
                            .formatted(PATH, String.join(",", given)));
        }
        List<Path> paths = new ArrayList<>();
        for (String each : given) {
            Path path = path(each, dataDir);
            if (paths.contains(path)) {
                throw new ConfigFailure(
                        "%s=%s names %s twice".formatted(PATH, String.join(",", given), path));
            }
            paths.add(path);
        }
        return List.copyOf(paths);
    }

    private static Path path(String given, Path dataDir) {
        try {
            return dataDir.resolve(given).normalize();
        } catch (InvalidPathException e) {
            throw new ConfigFailure("%s=%s is no path: %s".formatted(PATH, given, e.getReason()));
        }
    }

    private static Set<UUID> abandoned(List<String> ids) {
        Set<UUID> abandoned = new HashSet<>();
        for (String id : ids) {
            try {
                abandoned.add(UUID.fromString(id));
            } catch (IllegalArgumentException e) {
                throw new ConfigFailure(
                        "%s=%s is not the id of a write-ahead log (a UUID, as the start printed it)"
                                .formatted(ABANDON, id));
            }
        }
        return abandoned;
    }
}
