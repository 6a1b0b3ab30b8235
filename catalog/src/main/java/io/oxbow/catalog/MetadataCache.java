package io.oxbow.catalog;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * Caches parsed metadata files, by location. Such files never change, so the last ones used are
 * kept, as many as a bound on their heap allows. Thread-safe.
 */
final class MetadataCache {

    /** Heap of a file with nothing in it, and of what Iceberg keeps of its current snapshot. */
    private static final long FILE_BYTES = 32 << 10;

    private static final long SNAPSHOT_BYTES = 512;
    private static final long COLUMN_BYTES = 256;
    private static final long ENTRY_BYTES = 128;

    private final FileIO io;
    private final long bytesMax;
    private final Map<String, Cached> files = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private record Cached(TableMetadata metadata, long bytes) {}

    /**
     * @param bytesMax bound on the heap of the files that are kept
     */
    MetadataCache(FileIO io, long bytesMax) {
        this.io = io;
        this.bytesMax = bytesMax;
    }

    TableMetadata read(String location) {
        TableMetadata cached = cached(location);
        if (cached != null) {
            return cached;
        }
        TableMetadata read = TableMetadataParser.read(io, location);
        keep(location, read);
        return read;
    }

    private @Nullable TableMetadata cached(String location) {
        synchronized (files) {
            Cached cached = files.get(location);
            return cached == null ? null : cached.metadata();
        }
    }

    private void keep(String location, TableMetadata metadata) {
        Cached added = new Cached(metadata, bytes(metadata));
        synchronized (files) {
            Cached before = files.put(location, added);
            bytes += added.bytes() - (before == null ? 0 : before.bytes());
            Iterator<Cached> eldest = files.values().iterator();
            while (bytes > bytesMax && eldest.hasNext()) {
                bytes -= eldest.next().bytes();
                eldest.remove();
            }
        }
    }

    /** Returns the heap of the files that are kept, as it is estimated. */
    long bytes() {
        synchronized (files) {
            return bytes;
        }
    }

    /** Estimates the heap of a parsed file. */
    static long bytes(TableMetadata metadata) {
        long bytes = FILE_BYTES + bytes(metadata.properties());
        for (Snapshot snapshot : metadata.snapshots()) {
            bytes += SNAPSHOT_BYTES + bytes(snapshot.summary());
        }
        for (Schema schema : metadata.schemas()) {
            bytes += COLUMN_BYTES * schema.columns().size();
        }
        long entries =
                metadata.snapshotLog().size()
                        + metadata.previousFiles().size()
                        + metadata.refs().size();
        return bytes + ENTRY_BYTES * entries;
    }

    private static long bytes(Map<String, String> words) {
        long bytes = 0;
        for (Map.Entry<String, String> word : words.entrySet()) {
            bytes += ENTRY_BYTES + word.getKey().length() + word.getValue().length();
        }
        return bytes;
    }
}
