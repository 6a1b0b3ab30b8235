package io.oxbow.s3stream.log.format;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Encodes and decodes slot objects; the grammar is in the package's documentation. */
public final class SlotCodec {

    private static final int MAGIC = 0x4F584D4C;
    private static final int VERSION = 1;
    private static final int TAKEOVER = 1;
    private static final int DATA = 2;
    private static final int RESIGN = 3;

    private SlotCodec() {}

    public static byte[] encode(SlotEntry entry) {
        var out = new BinaryWriter(512);
        out.int32(MAGIC);
        out.int16(VERSION);
        out.int8(type(entry.content()));
        out.int8(0);
        out.uuid(entry.clusterId());
        out.int64(entry.slot());
        out.int32(entry.leader().leaderEpoch());
        out.int32(entry.leader().nodeId());
        out.uuid(entry.leader().incarnation());
        out.uuid(entry.putId());
        out.uuid(entry.previous().putId());
        entry.previous().hash().write(out);
        out.int64(entry.previous().applicationEnd());
        out.int64(entry.appendTimeMillis());
        switch (entry.content()) {
            case SlotEntry.Takeover ignored -> {}
            case SlotEntry.Data data -> {
                out.varint(data.batches().size());
                data.batches().forEach(batch -> writeAll(batch, out));
                writeAll(data.core(), out);
            }
            case SlotEntry.Resign resign -> out.signedVarint(resign.successor());
        }
        out.crc32c(0);
        return out.toByteArray();
    }

    /**
     * @param what for messages: the object's key
     * @throws io.oxbow.s3stream.CorruptException when the bytes are not a slot object
     */
    public static SlotEntry decode(String what, byte[] bytes) {
        checkFrame(what, bytes);
        var in = new BinaryReader(what, bytes).slice("entry", bytes.length - 4);
        in.raw(6);
        int type = in.int8();
        in.int8();
        UUID clusterId = in.uuid();
        long slot = in.int64();
        var leader = new SlotEntry.Writer(in.int32(), in.int32(), in.uuid());
        UUID putId = in.uuid();
        var previous = new SlotEntry.Link(in.uuid(), SlotHash.read(in), in.int64());
        long appendTimeMillis = in.int64();
        SlotEntry.Content content = readContent(type, in);
        in.end();
        return new SlotEntry(clusterId, slot, putId, leader, previous, appendTimeMillis, content);
    }

    private static void checkFrame(String what, byte[] bytes) {
        var in = new BinaryReader(what, bytes);
        if (in.int32() != MAGIC) {
            throw in.corrupt("not a slot of a metadata log");
        }
        int version = in.int16();
        if (version != VERSION) {
            throw in.corrupt("version %d is not known, %d is".formatted(version, VERSION));
        }
        in.slice("body", Math.max(0, bytes.length - 10));
        in.crc32c(0);
    }

    private static SlotEntry.Content readContent(int type, BinaryReader in) {
        return switch (type) {
            case TAKEOVER -> new SlotEntry.Takeover();
            case DATA -> {
                int count = in.count(1);
                var batches = new ArrayList<List<byte[]>>(count);
                for (int i = 0; i < count; i++) {
                    batches.add(readAll(in));
                }
                yield new SlotEntry.Data(List.copyOf(batches), readAll(in));
            }
            case RESIGN -> new SlotEntry.Resign((int) in.signedVarint());
            default -> throw in.corrupt("entry type %d is not known".formatted(type));
        };
    }

    private static int type(SlotEntry.Content content) {
        return switch (content) {
            case SlotEntry.Takeover ignored -> TAKEOVER;
            case SlotEntry.Data ignored -> DATA;
            case SlotEntry.Resign ignored -> RESIGN;
        };
    }

    static void writeAll(List<byte[]> records, BinaryWriter out) {
        out.varint(records.size());
        records.forEach(out::sized);
    }

    static List<byte[]> readAll(BinaryReader in) {
        int count = in.count(1);
        var records = new ArrayList<byte[]>(count);
        for (int i = 0; i < count; i++) {
            records.add(in.sized());
        }
        return List.copyOf(records);
    }
}
