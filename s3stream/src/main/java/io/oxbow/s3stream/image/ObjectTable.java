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
 * Data objects and composites in the image, with the number of extents and parts that refer to
 * each. An object without references stays until it is reported deleted. Not thread-safe.
 */
final class ObjectTable {

    static final class Row {
        final long id;
        final String key;
        final long size;

        /** Level: 0 for a data object; for a composite, one above the highest of what it owns. */
        final int level;

        /** Size of the data object, or of all data objects that the composite owns. */
        final long bodyBytes;

        /** Time by which the last append in the object was committed. */
        long appendedMillis;

        int references;

        /** Bytes of the extents and parts that refer to the object. */
        long referencedBytes;

        Row(long id, String key, long size, int level, long bodyBytes, long appendedMillis) {
            this.id = id;
            this.key = key;
            this.size = size;
            this.level = level;
            this.bodyBytes = bodyBytes;
            this.appendedMillis = appendedMillis;
        }

        CoreImage.ObjectState state() {
            return new CoreImage.ObjectState(
                    id, key, size, level, references, referencedBytes, bodyBytes);
        }
    }

    private final TreeMap<Long, Row> byId = new TreeMap<>();
    private final Map<String, Row> byKey = new HashMap<>();
    private final TreeMap<Long, Row> dereferenced = new TreeMap<>();
    private long lastId;

    /**
     * True if some object has no time of append. An older snapshot had none, or no input of a
     * compaction was known here any more. A snapshot of the image has to lead to the same flag.
     */
    private boolean unknownTimes;

    boolean contains(String key) {
        return byKey.containsKey(key);
    }

    /** Adds a data object without references. */
    long add(String key, long size, long appendedMillis) {
        return add(new Row(++lastId, key, size, 0, size, appendedMillis));
    }

    /** Adds a composite, without references, that owns objects of this table. */
    long addComposite(CoreRecord.Composite composite, List<String> owned) {
        long bodyBytes = 0;
        long appendedMillis = CoreImage.UNKNOWN_TIME;
        for (String key : owned) {
            Row row = require(key);
            bodyBytes += row.bodyBytes;
            appendedMillis = Math.max(appendedMillis, row.appendedMillis);
        }
        return add(
                new Row(
                        ++lastId,
                        composite.key(),
                        composite.size(),
                        composite.level(),
                        bodyBytes,
                        appendedMillis));
    }

    /** Sets unknown times of append to {@code nowMillis}, the latest possible. */
    void settleTimes(long nowMillis) {
        if (unknownTimes) {
            unknownTimes = false;
            byId.values().stream()
                    .filter(row -> row.appendedMillis == CoreImage.UNKNOWN_TIME)
                    .forEach(row -> row.appendedMillis = nowMillis);
        }
    }

    private long add(Row row) {
        unknownTimes |= row.appendedMillis == CoreImage.UNKNOWN_TIME;
        put(row);
        dereferenced.put(row.id, row);
        return row.id;
    }

    void reference(StreamExtents.Entry entry) {
        Row row = row(entry.objectId());
        row.referencedBytes += entry.bytes();
        if (row.references++ == 0) {
            dereferenced.remove(row.id);
        }
    }

    void dereference(StreamExtents.Entry entry) {
        Row row = row(entry.objectId());
        if (row.references <= 0) {
            throw new IllegalStateException(
                    "broken invariant: object %s loses a reference it has not".formatted(row.key));
        }
        row.referencedBytes -= entry.bytes();
        if (--row.references == 0) {
            dereferenced.put(row.id, row);
        }
    }

    @Nullable Row find(String key) {
        return byKey.get(key);
    }

    Row require(String key) {
        Row row = byKey.get(key);
        if (row == null) {
            throw new IllegalStateException("broken invariant: no object " + key);
        }
        return row;
    }

    /** Removes an object that a composite owns from now on. */
    void handOver(String key) {
        Row row = require(key);
        if (row.references != 0) {
            throw new IllegalStateException(
                    "broken invariant: object %s leaves with %d references"
                            .formatted(key, row.references));
        }
        forget(row);
    }

    private void forget(Row row) {
        byId.remove(row.id);
        byKey.remove(row.key);
        dereferenced.remove(row.id);
    }

    /**
     * Removes those of the objects that are present; refuses and removes none if one of them is
     * referenced.
     */
    ApplyResult deleted(Collection<String> keys, ObjectLedger ledger) {
        var gone = new ArrayList<Row>();
        for (String key : keys) {
            Row row = byKey.get(key);
            if (row != null && row.references > 0) {
                return new ApplyResult.Refused(
                        "object %s is referenced by %d extents".formatted(key, row.references));
            }
            if (row != null) {
                gone.add(row);
            }
        }
        for (Row row : gone) {
            forget(row);
            ledger.delete(row.key);
        }
        return gone.isEmpty() ? new ApplyResult.AlreadyApplied() : new ApplyResult.Applied();
    }

    boolean isReferenced(String key) {
        Row row = byKey.get(key);
        return row != null && row.references > 0;
    }

    List<CoreImage.ObjectState> dereferenced(int limit) {
        return dereferenced.values().stream().limit(limit).map(Row::state).toList();
    }

    List<CoreImage.ObjectState> after(long id, int limit) {
        return byId.tailMap(id, false).values().stream().limit(limit).map(Row::state).toList();
    }

    boolean isComposite(long objectId) {
        return row(objectId).level > 0;
    }

    int count() {
        return byId.size();
    }

    CoreImage.Entry entry(long streamId, StreamExtents.Entry entry) {
        Row row = row(entry.objectId());
        if (row.level > 0) {
            return new CoreImage.Part(
                    streamId,
                    entry.startOffset(),
                    entry.endOffset(),
                    row.key,
                    row.size,
                    row.level,
                    entry.bytes(),
                    entry.maxTimestamp(),
                    row.appendedMillis);
        }
        return new CoreImage.Extent(
                streamId,
                entry.startOffset(),
                entry.endOffset(),
                row.key,
                row.size,
                entry.bytes(),
                entry.maxTimestamp(),
                row.appendedMillis);
    }

    void writeTo(BinaryWriter out) {
        out.varint(lastId);
        out.varint(byId.size());
        long previousId = 0;
        for (Row row : byId.values()) {
            out.varint(row.id - previousId);
            out.string(row.key);
            out.varint(row.size);
            out.varint(row.level);
            if (row.level > 0) {
                out.varint(row.bodyBytes);
            }
            previousId = row.id;
        }
    }

    /** Writes the times of append of all objects, in the order of {@link #writeTo}. */
    void writeTimesTo(BinaryWriter out) {
        long previous = 0;
        for (Row row : byId.values()) {
            out.signedVarint(row.appendedMillis - previous);
            previous = row.appendedMillis;
        }
    }

    /** Reads the times that {@link #writeTimesTo} wrote, of which an older snapshot has none. */
    void readTimesFrom(BinaryReader in) {
        unknownTimes = in.remaining() == 0;
        if (unknownTimes) {
            return;
        }
        long previous = 0;
        for (Row row : byId.values()) {
            previous += in.signedVarint();
            row.appendedMillis = previous;
            unknownTimes |= previous == CoreImage.UNKNOWN_TIME;
        }
        in.end();
    }

    /** Reads the objects; the caller then calls {@link #reference} for each extent. */
    static ObjectTable readFrom(BinaryReader in) {
        var table = new ObjectTable();
        table.lastId = in.natural();
        int count = in.count(4);
        long id = 0;
        for (int i = 0; i < count; i++) {
            long delta = in.natural();
            id += delta;
            Row row = readRow(id, in);
            if (delta == 0 || id < 0 || id > table.lastId || table.contains(row.key)) {
                throw in.corrupt("object %d, %s, out of order".formatted(id, row.key));
            }
            table.put(row);
            table.dereferenced.put(id, row);
        }
        return table;
    }

    private static Row readRow(long id, BinaryReader in) {
        String key = in.string();
        long size = in.natural();
        int level = CoreRecordCodec.int31(in);
        long bodyBytes = level > 0 ? in.natural() : size;
        return new Row(id, key, size, level, bodyBytes, CoreImage.UNKNOWN_TIME);
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
