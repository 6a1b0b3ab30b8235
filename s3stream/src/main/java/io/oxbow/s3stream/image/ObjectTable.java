package io.oxbow.s3stream.image;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Data objects and how many extents refer to each. An object without references stays until it is
 * reported deleted. Not thread-safe.
 */
final class ObjectTable {

    private static final class Row {
        final long id;
        final String key;
        final long size;
        int references;

        Row(long id, String key, long size) {
            this.id = id;
            this.key = key;
            this.size = size;
        }
    }

    private final TreeMap<Long, Row> byId = new TreeMap<>();
    private final Map<String, Row> byKey = new HashMap<>();
    private final TreeMap<Long, Row> dereferenced = new TreeMap<>();
    private long lastId;

    boolean contains(String key) {
        return byKey.containsKey(key);
    }

    /** A new object, without references yet. */
    long add(String key, long size) {
        var row = new Row(++lastId, key, size);
        put(row);
        dereferenced.put(row.id, row);
        return row.id;
    }

    void reference(long objectId) {
        Row row = row(objectId);
        if (row.references++ == 0) {
            dereferenced.remove(objectId);
        }
    }

    void dereference(long objectId) {
        Row row = row(objectId);
        if (row.references <= 0) {
            throw new IllegalStateException(
                    "broken invariant: object %s loses a reference it has not".formatted(row.key));
        }
        if (--row.references == 0) {
            dereferenced.put(objectId, row);
        }
    }

    /** Forgets those that are there; all or none: none if one of them is referenced. */
    Verdict deleted(Collection<String> keys) {
        var gone = new ArrayList<Row>();
        for (String key : keys) {
            Row row = byKey.get(key);
            if (row != null && row.references > 0) {
                return new Verdict.Refused(
                        "object %s is referenced by %d extents".formatted(key, row.references));
            }
            if (row != null) {
                gone.add(row);
            }
        }
        for (Row row : gone) {
            byId.remove(row.id);
            byKey.remove(row.key);
            dereferenced.remove(row.id);
        }
        return gone.isEmpty() ? new Verdict.AlreadyApplied() : new Verdict.Applied();
    }

    boolean isReferenced(String key) {
        Row row = byKey.get(key);
        return row != null && row.references > 0;
    }

    List<String> dereferenced(int limit) {
        return dereferenced.values().stream().limit(limit).map(row -> row.key).toList();
    }

    CoreImage.Extent extent(long streamId, StreamExtents.Entry entry) {
        Row row = row(entry.objectId());
        return new CoreImage.Extent(
                streamId,
                entry.startOffset(),
                entry.endOffset(),
                row.key,
                row.size,
                entry.bytes(),
                entry.maxTimestamp());
    }

    void writeTo(BinaryWriter out) {
        out.varint(lastId);
        out.varint(byId.size());
        long previousId = 0;
        for (Row row : byId.values()) {
            out.varint(row.id - previousId);
            out.string(row.key);
            out.varint(row.size);
            previousId = row.id;
        }
    }

    /** Reads the objects; {@link #reference} is then called for each extent. */
    static ObjectTable readFrom(BinaryReader in) {
        var table = new ObjectTable();
        table.lastId = in.natural();
        int count = in.count(3);
        long id = 0;
        for (int i = 0; i < count; i++) {
            long delta = in.natural();
            id += delta;
            var row = new Row(id, in.string(), in.natural());
            if (delta == 0 || id < 0 || id > table.lastId || table.contains(row.key)) {
                throw in.corrupt("object %d, %s, out of order".formatted(id, row.key));
            }
            table.put(row);
            table.dereferenced.put(id, row);
        }
        return table;
    }

    boolean containsId(long objectId) {
        return byId.containsKey(objectId);
    }

    private void put(Row row) {
        byId.put(row.id, row);
        byKey.put(row.key, row);
    }

    private Row row(long objectId) {
        @Nullable Row row = byId.get(objectId);
        if (row == null) {
            throw new IllegalStateException(
                    "broken invariant: an extent refers to unknown object " + objectId);
        }
        return row;
    }
}
