package io.oxbow.s3stream.image;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Named values with versions, in the image. Versions come from one counter, so that none ever comes
 * back, not even for a key that was deleted and set anew. Not thread-safe.
 */
final class PointerTable {

    private final TreeMap<String, CoreImage.Pointer> pointers = new TreeMap<>();
    private long lastVersion;

    ApplyResult put(CoreRecord.PutPointer put) {
        CoreImage.Pointer present = pointers.get(put.key());
        long version = present == null ? 0 : present.version();
        if (version != put.expectedVersion()) {
            return new ApplyResult.PointerConflict(version);
        }
        byte @Nullable [] value = put.value();
        if (value == null) {
            pointers.remove(put.key());
            return new ApplyResult.PointerSet(0);
        }
        lastVersion++;
        pointers.put(put.key(), new CoreImage.Pointer(lastVersion, value.clone()));
        return new ApplyResult.PointerSet(lastVersion);
    }

    Optional<CoreImage.Pointer> get(String key) {
        return Optional.ofNullable(pointers.get(key)).map(PointerTable::copy);
    }

    Map<String, CoreImage.Pointer> withPrefix(String prefix) {
        var found = new LinkedHashMap<String, CoreImage.Pointer>();
        for (var entry : pointers.tailMap(prefix, true).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            found.put(entry.getKey(), copy(entry.getValue()));
        }
        return found;
    }

    private static CoreImage.Pointer copy(CoreImage.Pointer pointer) {
        return new CoreImage.Pointer(pointer.version(), pointer.value().clone());
    }

    void writeTo(BinaryWriter out) {
        out.varint(lastVersion);
        out.varint(pointers.size());
        pointers.forEach((key, pointer) -> {
            out.string(key);
            out.varint(pointer.version());
            out.sized(pointer.value());
        });
    }

    static PointerTable readFrom(BinaryReader in) {
        var table = new PointerTable();
        table.lastVersion = in.natural();
        int count = in.count(3);
        for (int i = 0; i < count; i++) {
            String key = in.string();
            long version = in.natural();
            table.pointers.put(key, new CoreImage.Pointer(version, in.sized()));
        }
        return table;
    }
}
