package io.oxbow.s3stream.log.format;

import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import io.oxbow.s3stream.image.ImageSections;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Encodes and decodes snapshot objects; the grammar is in the package's documentation. */
public final class SnapshotCodec {

    private static final int MAGIC = 0x4F584D53;
    private static final int VERSION = 2;

    /** Version that has no section of times. */
    private static final int FIRST_VERSION = 1;

    private static final int TAKEOVERS = 1;
    private static final int APPLICATION = 2;
    private static final int CORE = 3;
    private static final int EXTENTS = 4;
    private static final int TIMES = 5;

    private SnapshotCodec() {}

    public static byte[] encode(LogSnapshot snapshot) {
        var out = new BinaryWriter(64 << 10);
        out.int32(MAGIC);
        out.int16(VERSION);
        out.int16(0);
        out.uuid(snapshot.clusterId());
        out.uuid(snapshot.putId());
        snapshot.position().write(out);
        out.int64(snapshot.image().slot());
        out.crc32c(0);
        section(TAKEOVERS, takeovers(snapshot.takeovers()), out);
        section(APPLICATION, application(snapshot.application()), out);
        section(CORE, snapshot.image().core(), out);
        section(EXTENTS, snapshot.image().extents(), out);
        section(TIMES, snapshot.image().times(), out);
        return out.toByteArray();
    }

    private static void section(int id, byte[] content, BinaryWriter out) {
        int from = out.size();
        out.int32(id);
        out.int64(content.length);
        out.raw(content);
        out.crc32c(from);
    }

    private static byte[] takeovers(List<Long> slots) {
        var out = new BinaryWriter();
        out.varint(slots.size());
        long previous = 0;
        for (long slot : slots) {
            out.varint(slot - previous);
            previous = slot;
        }
        return out.toByteArray();
    }

    private static byte[] application(@Nullable ApplicationSnapshot application) {
        var out = new BinaryWriter();
        if (application != null) {
            out.int64(application.endOffset());
            out.int32(application.leaderEpoch());
            out.int64(application.appendTimeMillis());
            out.varint(application.batches().size());
            application.batches().forEach(batch -> SlotCodec.writeAll(batch, out));
        }
        return out.toByteArray();
    }

    /**
     * @param what for messages: the object's key
     * @throws io.oxbow.s3stream.CorruptException when the bytes are not a snapshot
     */
    public static LogSnapshot decode(String what, byte[] bytes) {
        var in = new BinaryReader(what, bytes);
        if (in.int32() != MAGIC) {
            throw in.corrupt("not a snapshot of a metadata log");
        }
        int version = in.int16();
        if (version < FIRST_VERSION || version > VERSION) {
            throw in.corrupt(
                    "version %d is not known, %d to %d are"
                            .formatted(version, FIRST_VERSION, VERSION));
        }
        in.int16();
        UUID clusterId = in.uuid();
        UUID putId = in.uuid();
        LogPosition position = LogPosition.read(in);
        long imageSlot = in.int64();
        in.crc32c(0);
        List<Long> takeovers = readTakeovers(section(TAKEOVERS, in));
        ApplicationSnapshot application = readApplication(section(APPLICATION, in));
        byte[] core = content(section(CORE, in));
        byte[] extents = content(section(EXTENTS, in));
        byte[] times = version == FIRST_VERSION ? new byte[0] : content(section(TIMES, in));
        in.end();
        long applicationEnd = application == null ? 0 : application.endOffset();
        if (applicationEnd != position.applicationEnd() || imageSlot < position.slot()) {
            throw in.corrupt(
                    "sections up to application offset %d and slot %d do not pair with %s"
                            .formatted(applicationEnd, imageSlot, position));
        }
        return new LogSnapshot(
                clusterId,
                putId,
                position,
                takeovers,
                application,
                new ImageSections(imageSlot, core, extents, times));
    }

    private static BinaryReader section(int id, BinaryReader in) {
        int from = in.position();
        int found = in.int32();
        long length = in.int64();
        if (found != id || length < 0 || length > in.remaining()) {
            throw in.corrupt("section %d of %d bytes, %d wanted".formatted(found, length, id));
        }
        BinaryReader content = in.slice("section " + id, (int) length);
        in.crc32c(from);
        return content;
    }

    private static byte[] content(BinaryReader section) {
        return section.raw(section.remaining());
    }

    private static List<Long> readTakeovers(BinaryReader in) {
        int count = in.count(1);
        var slots = new ArrayList<Long>(count);
        long slot = 0;
        for (int i = 0; i < count; i++) {
            slot += in.natural();
            slots.add(slot);
        }
        in.end();
        return List.copyOf(slots);
    }

    private static @Nullable ApplicationSnapshot readApplication(BinaryReader in) {
        if (in.remaining() == 0) {
            return null;
        }
        long endOffset = in.int64();
        int leaderEpoch = in.int32();
        long appendTimeMillis = in.int64();
        int count = in.count(1);
        var batches = new ArrayList<List<byte[]>>(count);
        for (int i = 0; i < count; i++) {
            batches.add(SlotCodec.readAll(in));
        }
        in.end();
        return new ApplicationSnapshot(
                endOffset, leaderEpoch, appendTimeMillis, List.copyOf(batches));
    }
}
