package io.oxbow.tableflow.commit;

import io.oxbow.tableflow.TableFlowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * Spelling of partitions' next offsets in a snapshot's summary. Pairs that people can read are for
 * a few partitions; those of many are packed, as each of a thousand snapshots repeats them.
 */
final class NextOffsets {

    /** Most partitions whose offsets are spelt as pairs. */
    private static final int PAIRS_MAX = 16;

    /** Magic and version of the packed form. */
    private static final String PACKED = "packed1.";

    private static final int BYTES_PER_PARTITION = 5 + 10;

    private NextOffsets() {}

    static String spell(SortedMap<Integer, Long> offsets) {
        if (offsets.size() > PAIRS_MAX) {
            return pack(offsets);
        }
        List<String> pairs = new ArrayList<>();
        offsets.forEach((partition, offset) -> pairs.add(partition + ":" + offset));
        return String.join(",", pairs);
    }

    private static String pack(SortedMap<Integer, Long> offsets) {
        ByteBuffer out = ByteBuffer.allocate(offsets.size() * BYTES_PER_PARTITION + Integer.BYTES);
        int partition = -1;
        long offset = 0;
        for (Map.Entry<Integer, Long> next : offsets.entrySet()) {
            ByteUtils.writeUnsignedVarint(next.getKey() - partition, out);
            ByteUtils.writeVarlong(next.getValue() - offset, out);
            partition = next.getKey();
            offset = next.getValue();
        }
        out.putInt(crc(out.duplicate().flip()));
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return PACKED + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Reads either form. */
    static SortedMap<Integer, Long> parse(String text) {
        return text.startsWith(PACKED) ? unpack(text) : pairs(text);
    }

    private static SortedMap<Integer, Long> pairs(String text) {
        SortedMap<Integer, Long> offsets = new TreeMap<>();
        for (String pair : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int colon = pair.indexOf(':');
            offsets.put(
                    Integer.parseInt(pair.substring(0, colon)),
                    Long.parseLong(pair.substring(colon + 1)));
        }
        return offsets;
    }

    private static SortedMap<Integer, Long> unpack(String text) {
        SortedMap<Integer, Long> offsets = new TreeMap<>();
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text.substring(PACKED.length()));
            ByteBuffer in = ByteBuffer.wrap(bytes, 0, bytes.length - Integer.BYTES);
            if (crc(in.duplicate()) != ByteBuffer.wrap(bytes).getInt(in.limit())) {
                throw damaged(text, null);
            }
            int partition = -1;
            long offset = 0;
            while (in.hasRemaining()) {
                partition += ByteUtils.readUnsignedVarint(in);
                offset += ByteUtils.readVarlong(in);
                offsets.put(partition, offset);
            }
            return offsets;
        } catch (IllegalArgumentException
                | IndexOutOfBoundsException
                | BufferUnderflowException e) {
            throw damaged(text, e);
        }
    }

    private static TableFlowException damaged(String text, @Nullable RuntimeException cause) {
        return new TableFlowException(
                "the table's next offsets are damaged: " + text,
                TableFlowException.Retry.FATAL,
                cause);
    }
}
