package io.oxbow.catalog;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * Caches parsed metadata files, by location. Such files never change, so the last ones used are
 * kept.
 */
final class MetadataCache {

    private static final int FILES_MAX = 64;

    private final FileIO io;
    private final Map<String, TableMetadata> files =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, TableMetadata> eldest) {
                    return size() > FILES_MAX;
                }
            };

    MetadataCache(FileIO io) {
        this.io = io;
    }

    TableMetadata read(String location) {
        TableMetadata cached = cached(location);
        if (cached != null) {
            return cached;
        }
        TableMetadata read = TableMetadataParser.read(io, location);
        synchronized (files) {
            files.put(location, read);
        }
        return read;
    }

    private @Nullable TableMetadata cached(String location) {
        synchronized (files) {
            return files.get(location);
        }
    }
}
