package io.oxbow.tableflow.guard;

import io.oxbow.tableflow.write.ParquetFiles;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.BadRequestException;
import org.jspecify.annotations.Nullable;

/**
 * Rules for the properties that clients give a table and its snapshots. Properties that begin with
 * {@code oxbow.} say how far a topic's records are in its table: a client that set them would have
 * records skipped or stop the table. What writers are told must have a form that writers read, or
 * the next commit of a topic's records would fail by it.
 */
final class ClientProperties {

    private static final String OWN = "oxbow.";

    private static final Map<String, Form> FORMS = new HashMap<>();

    /**
     * The form of a property's values.
     *
     * @param allowed in the words of a refusal
     */
    private record Form(String allowed, Predicate<String> fits) {}

    static {
        Form count = new Form("a whole number from 0 to 2147483647", text -> isInt(text, 0));
        Form size = new Form("a whole number from 1 to 2147483647", text -> isInt(text, 1));
        Form length = new Form("a whole number from 1", ClientProperties::isLength);
        Form truth = new Form("true or false", text -> text.matches("(?i)true|false"));
        Form pages = new Form("a whole number from 1024 to 2147483647", text -> isInt(text, 1024));
        have(
                count,
                TableProperties.COMMIT_NUM_RETRIES,
                TableProperties.COMMIT_MIN_RETRY_WAIT_MS,
                TableProperties.COMMIT_MAX_RETRY_WAIT_MS,
                TableProperties.COMMIT_TOTAL_RETRY_TIME_MS,
                TableProperties.COMMIT_NUM_STATUS_CHECKS,
                TableProperties.WRITE_PARTITION_SUMMARY_LIMIT,
                TableProperties.METRICS_MAX_INFERRED_COLUMN_DEFAULTS);
        have(
                size,
                TableProperties.MANIFEST_MIN_MERGE_COUNT,
                TableProperties.METADATA_PREVIOUS_VERSIONS_MAX,
                TableProperties.MIN_SNAPSHOTS_TO_KEEP,
                TableProperties.PARQUET_PAGE_ROW_LIMIT,
                TableProperties.PARQUET_BLOOM_FILTER_MAX_BYTES,
                TableProperties.PARQUET_ROW_GROUP_CHECK_MIN_RECORD_COUNT,
                TableProperties.PARQUET_ROW_GROUP_CHECK_MAX_RECORD_COUNT);
        have(
                length,
                TableProperties.MANIFEST_TARGET_SIZE_BYTES,
                TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
                TableProperties.MAX_SNAPSHOT_AGE_MS,
                TableProperties.MAX_REF_AGE_MS);
        have(
                truth,
                TableProperties.MANIFEST_MERGE_ENABLED,
                TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED,
                TableProperties.OBJECT_STORE_ENABLED,
                TableProperties.GC_ENABLED);
        have(
                pages,
                TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
                TableProperties.PARQUET_PAGE_SIZE_BYTES,
                TableProperties.PARQUET_DICT_SIZE_BYTES);
        have(
                oneOf("zstd", "gzip", "snappy", "lz4_raw", "uncompressed"),
                TableProperties.PARQUET_COMPRESSION);
        have(level(22), TableProperties.PARQUET_COMPRESSION_LEVEL);
        have(oneOf("v1", "v2"), "write.parquet.page-version");
        have(oneOf("gzip", "zstd", "snappy", "uncompressed"), "write.manifest.compression-codec");
        have(level(9), "write.manifest.compression-level");
    }

    private static void have(Form form, String... keys) {
        for (String key : keys) {
            FORMS.put(key, form);
        }
    }

    private static Form oneOf(String... words) {
        List<String> allowed = List.of(words);
        return new Form(
                "one of " + String.join(", ", allowed),
                text -> allowed.contains(text.toLowerCase(Locale.ROOT)));
    }

    private static Form level(int max) {
        return new Form(
                "a whole number from 1 to " + max,
                text -> isInt(text, 1) && Integer.parseInt(text) <= max);
    }

    private ClientProperties() {}

    /** Returns the form of a property of one column, if writers read it as more than a text. */
    private static @Nullable Form ofColumn(String key) {
        return key.startsWith(TableProperties.PARQUET_BLOOM_FILTER_COLUMN_FPP_PREFIX)
                ? new Form("a number between 0 and 1", ClientProperties::isShare)
                : null;
    }

    private static boolean isShare(String text) {
        try {
            double share = Double.parseDouble(text);
            return share > 0 && share < 1;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isInt(String text, int min) {
        try {
            return Integer.parseInt(text) >= min;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isLength(String text) {
        try {
            return Long.parseLong(text) >= 1;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /**
     * Checks what a client's commit changes.
     *
     * @param base what it takes the place of; null for a new table's
     * @throws BadRequestException naming the property, its value, and what is allowed
     */
    static void check(@Nullable TableMetadata base, TableMetadata wanted) {
        Map<String, String> before = base == null ? Map.of() : base.properties();
        Map<String, String> after = wanted.properties();
        Set<String> keys = new HashSet<>(before.keySet());
        keys.addAll(after.keySet());
        for (String key : keys) {
            String value = after.get(key);
            if (!Objects.equals(before.get(key), value)) {
                check(key, value);
            }
        }
        if (!before.equals(after)) {
            tryOut(after);
        }
        for (Snapshot snapshot : wanted.snapshots()) {
            if (base == null || base.snapshot(snapshot.snapshotId()) == null) {
                snapshot.summary().keySet().forEach(key -> refuseOwn("a snapshot's " + key, key));
            }
        }
    }

    /** Writes a few rows to nowhere: values that are good by themselves may not go together. */
    private static void tryOut(Map<String, String> properties) {
        Throwable failure = ParquetFiles.tryOut(properties);
        if (failure != null) {
            throw new BadRequestException(
                    "No data file can be written by these properties (write.parquet.*): %s",
                    failure.getMessage());
        }
    }

    private static void check(String key, @Nullable String value) {
        refuseOwn(key, key);
        Form form = key.contains(".column.") ? ofColumn(key) : FORMS.get(key);
        if (form != null && value != null && !form.fits().test(value)) {
            throw new BadRequestException("%s=%s: allowed is %s", key, value, form.allowed());
        }
    }

    private static void refuseOwn(String what, String key) {
        if (key.startsWith(OWN)) {
            throw new BadRequestException(
                    "%s is kept by Oxbow, which finds a topic's progress by it", what);
        }
    }
}
