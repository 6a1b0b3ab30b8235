package io.oxbow.s3stream.image;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.StreamName;
import io.oxbow.s3stream.binary.BinaryReader;
import io.oxbow.s3stream.binary.BinaryWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes {@link CoreRecord}s; the grammar is in the package's documentation. Both
 * directions check {@link WellFormed}, so that nothing is written that a reader would stumble over.
 */
public final class CoreRecordCodec {

    private static final int VERSION = 1;

    /** Version of a registration that has a {@link Membership}. */
    private static final int MEMBER_VERSION = 2;

    /** Version of one that has the addresses for clients, too. */
    private static final int ADDRESSES_VERSION = 3;

    private static final int REGISTER_NODE = 1;
    private static final int FENCE_NODE = 2;
    private static final int COMPLETE_RECOVERY = 3;
    private static final int OPEN_STREAMS = 4;
    private static final int CLOSE_STREAMS = 5;
    private static final int DELETE_STREAMS = 6;
    private static final int COMMIT_OBJECTS = 7;
    private static final int TRIM_STREAMS = 8;
    private static final int OBJECTS_DELETED = 9;
    private static final int PUT_POINTER = 10;
    private static final int COMPACT_OBJECTS = 11;
    private static final int ARCHIVE_EXTENTS = 12;
    private static final int CLAIM_RECOVERY = 13;
    private static final int RELEASE_RECOVERY = 14;
    private static final int REMOVE_NODE = 15;
    private static final int REWRITE_EXTENTS = 16;

    private CoreRecordCodec() {}

    /**
     * @throws IllegalArgumentException when the record is not well-formed
     */
    public static byte[] encode(CoreRecord record) {
        String problem = WellFormed.problem(record);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        var out = new BinaryWriter(64);
        out.int8(tag(record));
        out.int8(version(record));
        write(record, out);
        return out.toByteArray();
    }

    /**
     * @throws CorruptException when the bytes are not a well-formed record
     */
    public static CoreRecord decode(byte[] bytes) {
        var in = new BinaryReader("core record", bytes);
        int tag = in.int8();
        int version = in.int8();
        int newest = tag == REGISTER_NODE ? ADDRESSES_VERSION : VERSION;
        if (version < VERSION || version > newest) {
            throw in.corrupt("version %d of record type %d is not known".formatted(version, tag));
        }
        CoreRecord record = read(tag, version, in);
        in.end();
        String problem = WellFormed.problem(record);
        if (problem != null) {
            throw in.corrupt(problem);
        }
        return record;
    }

    /** Returns the oldest version that holds the record, so that older readers keep reading. */
    private static int version(CoreRecord record) {
        if (!(record instanceof CoreRecord.RegisterNode(_, _, _, _, _, var membership))
                || membership.isAlone()) {
            return VERSION;
        }
        return membership.clientEndpoints().isEmpty() ? MEMBER_VERSION : ADDRESSES_VERSION;
    }

    private static int tag(CoreRecord record) {
        return switch (record) {
            case CoreRecord.RegisterNode ignored -> REGISTER_NODE;
            case CoreRecord.FenceNode ignored -> FENCE_NODE;
            case CoreRecord.CompleteRecovery ignored -> COMPLETE_RECOVERY;
            case CoreRecord.OpenStreams ignored -> OPEN_STREAMS;
            case CoreRecord.CloseStreams ignored -> CLOSE_STREAMS;
            case CoreRecord.DeleteStreams ignored -> DELETE_STREAMS;
            case CoreRecord.CommitObjects ignored -> COMMIT_OBJECTS;
            case CoreRecord.TrimStreams ignored -> TRIM_STREAMS;
            case CoreRecord.ObjectsDeleted ignored -> OBJECTS_DELETED;
            case CoreRecord.PutPointer ignored -> PUT_POINTER;
            case CoreRecord.CompactObjects ignored -> COMPACT_OBJECTS;
            case CoreRecord.RewriteExtents ignored -> REWRITE_EXTENTS;
            case CoreRecord.ArchiveExtents ignored -> ARCHIVE_EXTENTS;
            case CoreRecord.ClaimRecovery ignored -> CLAIM_RECOVERY;
            case CoreRecord.ReleaseRecovery ignored -> RELEASE_RECOVERY;
            case CoreRecord.RemoveNode ignored -> REMOVE_NODE;
        };
    }

    private static void write(CoreRecord record, BinaryWriter out) {
        switch (record) {
            case CoreRecord.RegisterNode r -> {
                out.varint(r.nodeId());
                out.uuid(r.incarnation());
                writeWal(r.walKind(), r.walIds(), out);
                out.string(r.endpoint());
                if (!r.membership().isAlone()) {
                    writeMembership(r.membership(), out);
                }
            }
            case CoreRecord.FenceNode r -> writeNode(r.nodeId(), r.nodeEpoch(), out);
            case CoreRecord.RemoveNode r -> out.varint(r.nodeId());
            case CoreRecord.ClaimRecovery r -> {
                writeNode(r.nodeId(), r.nodeEpoch(), out);
                writeNode(r.deadNode(), r.deadEpoch(), out);
            }
            case CoreRecord.ReleaseRecovery r -> {
                writeNode(r.nodeId(), r.nodeEpoch(), out);
                writeNode(r.deadNode(), r.deadEpoch(), out);
            }
            case CoreRecord.CompleteRecovery r -> {
                writeNode(r.nodeId(), r.deadEpoch(), out);
                out.varint(r.recovererEpoch());
                out.int8(r.abandoned() ? 1 : 0);
            }
            case CoreRecord.OpenStreams r -> {
                writeNode(r.nodeId(), r.nodeEpoch(), out);
                out.varint(r.names().size());
                r.names().forEach(name -> writeName(name, out));
            }
            case CoreRecord.CloseStreams r -> {
                writeNode(r.nodeId(), r.nodeEpoch(), out);
                out.varint(r.openings().size());
                for (CoreRecord.Opening opening : r.openings()) {
                    out.varint(opening.streamId());
                    out.varint(opening.streamEpoch());
                }
            }
            case CoreRecord.DeleteStreams r -> {
                writeNode(r.nodeId(), r.nodeEpoch(), out);
                writeNaturals(r.streamIds(), out);
            }
            case CoreRecord.CommitObjects r -> writeCommit(r, out);
            case CoreRecord.TrimStreams r -> {
                writeNode(r.nodeId(), r.nodeEpoch(), out);
                out.varint(r.trims().size());
                for (CoreRecord.Trim trim : r.trims()) {
                    out.varint(trim.streamId());
                    out.varint(trim.newStartOffset());
                }
            }
            case CoreRecord.ObjectsDeleted r -> {
                out.varint(r.keys().size());
                r.keys().forEach(out::string);
            }
            case CoreRecord.PutPointer r -> writePointer(r, out);
            case CoreRecord.CompactObjects r -> ExtentRecordCodec.write(r, out);
            case CoreRecord.RewriteExtents r -> ExtentRecordCodec.write(r, out);
            case CoreRecord.ArchiveExtents r -> ExtentRecordCodec.write(r, out);
        }
    }

    private static void writeMembership(Membership membership, BinaryWriter out) {
        out.string(membership.rpcEndpoint());
        out.uuid(membership.secret());
        out.varint(membership.start());
        if (!membership.clientEndpoints().isEmpty()) {
            out.varint(membership.clientEndpoints().size());
            membership.clientEndpoints().forEach(out::string);
        }
    }

    private static Membership readMembership(int version, BinaryReader in) {
        if (version < MEMBER_VERSION) {
            return Membership.ALONE;
        }
        return new Membership(
                in.string(),
                in.uuid(),
                in.natural(),
                version < ADDRESSES_VERSION ? List.of() : list(in, 1, in::string));
    }

    private static CoreRecord read(int tag, int version, BinaryReader in) {
        return switch (tag) {
            case REGISTER_NODE ->
                    new CoreRecord.RegisterNode(
                            int31(in),
                            in.uuid(),
                            readWalKind(in),
                            readWalIds(in),
                            in.string(),
                            readMembership(version, in));
            case REMOVE_NODE -> new CoreRecord.RemoveNode(int31(in));
            case FENCE_NODE -> new CoreRecord.FenceNode(int31(in), in.natural());
            case RELEASE_RECOVERY ->
                    new CoreRecord.ReleaseRecovery(
                            int31(in), in.natural(), int31(in), in.natural());
            case CLAIM_RECOVERY ->
                    new CoreRecord.ClaimRecovery(int31(in), in.natural(), int31(in), in.natural());
            case COMPLETE_RECOVERY ->
                    new CoreRecord.CompleteRecovery(
                            int31(in), in.natural(), in.natural(), flag(in));
            case OPEN_STREAMS ->
                    new CoreRecord.OpenStreams(
                            int31(in), in.natural(), list(in, 18, () -> readName(in)));
            case CLOSE_STREAMS ->
                    new CoreRecord.CloseStreams(
                            int31(in),
                            in.natural(),
                            list(in, 2, () -> new CoreRecord.Opening(in.natural(), in.natural())));
            case DELETE_STREAMS ->
                    new CoreRecord.DeleteStreams(int31(in), in.natural(), list(in, 1, in::natural));
            case COMMIT_OBJECTS -> readCommit(in);
            case TRIM_STREAMS ->
                    new CoreRecord.TrimStreams(
                            int31(in),
                            in.natural(),
                            list(in, 2, () -> new CoreRecord.Trim(in.natural(), in.natural())));
            case OBJECTS_DELETED -> new CoreRecord.ObjectsDeleted(list(in, 1, in::string));
            case PUT_POINTER -> readPointer(in);
            case COMPACT_OBJECTS -> ExtentRecordCodec.readCompact(in);
            case REWRITE_EXTENTS -> ExtentRecordCodec.readRewrite(in);
            case ARCHIVE_EXTENTS -> ExtentRecordCodec.readArchive(in);
            default -> throw in.corrupt("record type " + tag + " is not known");
        };
    }

    private static void writeCommit(CoreRecord.CommitObjects commit, BinaryWriter out) {
        writeNode(commit.nodeId(), commit.nodeEpoch(), out);
        out.signedVarint(commit.onBehalfOf());
        out.varint(commit.commitSeq());
        out.varint(commit.settledBelow());
        writeNaturals(commit.walLsns(), out);
        out.varint(commit.objects().size());
        commit.objects().forEach(object -> NewObjectCodec.write(object, out));
    }

    private static CoreRecord readCommit(BinaryReader in) {
        int nodeId = int31(in);
        long nodeEpoch = in.natural();
        long onBehalfOf = in.signedVarint();
        long commitSeq = in.natural();
        long settledBelow = in.natural();
        List<Long> walLsns = list(in, 1, in::natural);
        List<CoreRecord.NewObject> objects =
                list(in, NewObjectCodec.LEAST_BYTES, () -> NewObjectCodec.read(in));
        return new CoreRecord.CommitObjects(
                nodeId, nodeEpoch, onBehalfOf, commitSeq, settledBelow, walLsns, objects);
    }

    private static void writePointer(CoreRecord.PutPointer pointer, BinaryWriter out) {
        out.string(pointer.key());
        out.varint(pointer.expectedVersion());
        byte @Nullable [] value = pointer.value();
        out.int8(value == null ? 0 : 1);
        if (value != null) {
            out.sized(value);
        }
    }

    private static CoreRecord readPointer(BinaryReader in) {
        String key = in.string();
        long expectedVersion = in.natural();
        byte @Nullable [] value = flag(in) ? in.sized() : null;
        return new CoreRecord.PutPointer(key, expectedVersion, value);
    }

    private static void writeNode(int nodeId, long nodeEpoch, BinaryWriter out) {
        out.varint(nodeId);
        out.varint(nodeEpoch);
    }

    static void writeNaturals(List<Long> numbers, BinaryWriter out) {
        out.varint(numbers.size());
        numbers.forEach(out::varint);
    }

    public static void writeWal(WalKind kind, List<UUID> ids, BinaryWriter out) {
        out.int8(kind.code());
        out.varint(ids.size());
        ids.forEach(out::uuid);
    }

    public static WalKind readWalKind(BinaryReader in) {
        int code = in.int8();
        for (WalKind kind : WalKind.values()) {
            if (kind.code() == code) {
                return kind;
            }
        }
        throw in.corrupt("kind %d of a write-ahead log is not known".formatted(code));
    }

    public static List<UUID> readWalIds(BinaryReader in) {
        return list(in, 16, in::uuid);
    }

    static void writeName(StreamName name, BinaryWriter out) {
        out.uuid(name.topicId());
        out.varint(name.partition());
        out.int8(name.kind().code());
    }

    static StreamName readName(BinaryReader in) {
        return new StreamName(in.uuid(), int31(in), readKind(in));
    }

    private static StreamName.Kind readKind(BinaryReader in) {
        int code = in.int8();
        for (StreamName.Kind kind : StreamName.Kind.values()) {
            if (kind.code() == code) {
                return kind;
            }
        }
        throw in.corrupt("stream kind " + code + " is not known");
    }

    public static int int31(BinaryReader in) {
        long value = in.varint();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw in.corrupt("a number beyond 31 bits");
        }
        return (int) value;
    }

    public static boolean flag(BinaryReader in) {
        int value = in.int8();
        if (value != 0 && value != 1) {
            throw in.corrupt("a flag of " + value);
        }
        return value == 1;
    }

    public static <T> List<T> list(BinaryReader in, int bytesEach, Supplier<T> element) {
        int count = in.count(bytesEach);
        var elements = new ArrayList<T>(count);
        for (int i = 0; i < count; i++) {
            elements.add(element.get());
        }
        return List.copyOf(elements);
    }
}
