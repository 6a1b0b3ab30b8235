package io.oxbow.s3stream.image;

import io.oxbow.s3stream.StreamName;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks rules that every {@link CoreRecord} must keep, independent of the image. */
final class WellFormed {

    private static final int TEXT_CHARS_MAX = 4096;
    private static final int VOLUMES_MAX = 64;
    private static final int ENDPOINTS_MAX = 64;
    private static final int POINTER_BYTES_MAX = 16 << 20;

    private WellFormed() {}

    /** Returns the problem of {@code record}, or null. */
    static @Nullable String problem(CoreRecord record) {
        return switch (record) {
            case CoreRecord.RegisterNode r ->
                    firstOf(
                            node(r.nodeId(), 1),
                            wal(r.walKind(), r.walIds()),
                            text("endpoint", r.endpoint()),
                            text("RPC endpoint", r.membership().rpcEndpoint()),
                            clientEndpoints(r.membership()));
            case CoreRecord.FenceNode r -> node(r.nodeId(), r.nodeEpoch());
            case CoreRecord.RemoveNode r -> node(r.nodeId(), 1);
            case CoreRecord.CompleteRecovery r ->
                    firstOf(node(r.nodeId(), r.deadEpoch()), node(r.nodeId(), r.recovererEpoch()));
            case CoreRecord.ReleaseRecovery r ->
                    firstOf(node(r.nodeId(), r.nodeEpoch()), node(r.deadNode(), r.deadEpoch()));
            case CoreRecord.ClaimRecovery r ->
                    firstOf(node(r.nodeId(), r.nodeEpoch()), node(r.deadNode(), r.deadEpoch()));
            case CoreRecord.OpenStreams r ->
                    firstOf(node(r.nodeId(), r.nodeEpoch()), names(r.names()));
            case CoreRecord.CloseStreams r ->
                    firstOf(node(r.nodeId(), r.nodeEpoch()), openings(r.openings()));
            case CoreRecord.DeleteStreams r ->
                    firstOf(node(r.nodeId(), r.nodeEpoch()), ids(r.streamIds()));
            case CoreRecord.CommitObjects r -> commit(r);
            case CoreRecord.TrimStreams r ->
                    firstOf(node(r.nodeId(), r.nodeEpoch()), trims(r.trims()));
            case CoreRecord.ObjectsDeleted r -> keys(r.keys());
            case CoreRecord.PutPointer r -> pointer(r);
            case CoreRecord.CompactObjects r -> compact(r);
            case CoreRecord.RewriteExtents r -> rewrite(r);
            case CoreRecord.ArchiveExtents r -> archive(r);
        };
    }

    private static @Nullable String clientEndpoints(Membership membership) {
        if (membership.clientEndpoints().size() > ENDPOINTS_MAX) {
            return "%d endpoints of clients, at most %d are allowed"
                    .formatted(membership.clientEndpoints().size(), ENDPOINTS_MAX);
        }
        return membership.clientEndpoints().stream()
                .map(endpoint -> text("client endpoint", endpoint))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String commit(CoreRecord.CommitObjects commit) {
        String problem =
                firstOf(
                        node(commit.nodeId(), commit.nodeEpoch()),
                        atLeast("commitSeq", commit.commitSeq(), 1),
                        atLeast("settledBelow", commit.settledBelow(), 0),
                        walLsns(commit.walLsns()));
        return firstOf(problem, objects(commit.objects()));
    }

    private static @Nullable String objects(List<CoreRecord.NewObject> objects) {
        String problem = null;
        var keys = new HashSet<String>();
        for (CoreRecord.NewObject object : objects) {
            problem = firstOf(problem, object(object));
            if (!keys.add(object.key())) {
                problem = firstOf(problem, "object %s comes twice".formatted(object.key()));
            }
        }
        return problem;
    }

    private static @Nullable String object(CoreRecord.NewObject object) {
        String problem =
                firstOf(text("object key", object.key()), atLeast("size", object.size(), 0));
        long previousId = 0;
        long previousEnd = 0;
        for (CoreRecord.Range range : object.ranges()) {
            boolean sameStream = range.streamId() == previousId;
            problem = firstOf(problem, range(range));
            if (range.streamId() < previousId
                    || (sameStream && range.startOffset() < previousEnd)) {
                problem = firstOf(problem, "ranges are not sorted at " + range);
            }
            previousId = range.streamId();
            previousEnd = range.startOffset() + range.count();
        }
        return problem;
    }

    private static @Nullable String compact(CoreRecord.CompactObjects compact) {
        return firstOf(
                node(compact.nodeId(), compact.nodeEpoch()),
                atLeast("settledBelow", compact.settledBelow(), 0),
                atLeast("number of outputs", compact.outputs().size(), 1),
                keys(compact.inputs()),
                objects(compact.outputs()));
    }

    private static @Nullable String rewrite(CoreRecord.RewriteExtents rewrite) {
        String problem =
                firstOf(
                        node(rewrite.nodeId(), rewrite.nodeEpoch()),
                        atLeast("settledBelow", rewrite.settledBelow(), 0),
                        atLeast("number of outputs", rewrite.outputs().size(), 2),
                        keys(rewrite.inputs()),
                        objects(rewrite.outputs()));
        CoreRecord.@Nullable Range before = null;
        for (CoreRecord.NewObject output : rewrite.outputs()) {
            if (problem == null && output.ranges().size() != 1) {
                problem = "%d ranges in %s".formatted(output.ranges().size(), output.key());
            }
            if (problem != null) {
                return problem;
            }
            CoreRecord.Range range = output.ranges().getFirst();
            if (before != null
                    && (range.streamId() != before.streamId()
                            || range.startOffset() != before.startOffset() + before.count())) {
                problem = "%s does not follow %s".formatted(range, before);
            }
            before = range;
        }
        return problem;
    }

    private static @Nullable String archive(CoreRecord.ArchiveExtents archive) {
        CoreRecord.Composite composite = archive.composite();
        String problem =
                firstOf(
                        node(archive.nodeId(), archive.nodeEpoch()),
                        atLeast("settledBelow", archive.settledBelow(), 0),
                        text("object key", composite.key()),
                        atLeast("size", composite.size(), 0),
                        atLeast("level", composite.level(), 1),
                        keys(archive.owned()));
        CoreRecord.Part before = new CoreRecord.Part(0, 0, 0);
        for (CoreRecord.Part part : composite.parts()) {
            boolean sorted =
                    part.streamId() > before.streamId()
                            || (part.streamId() == before.streamId()
                                    && part.startOffset() >= before.endOffset());
            if (problem == null
                    && (!sorted
                            || part.startOffset() < 0
                            || part.endOffset() <= part.startOffset())) {
                problem = "impossible or not sorted: " + part;
            }
            before = part;
        }
        for (int i = 1; i < archive.owned().size() && problem == null; i++) {
            if (archive.owned().get(i - 1).compareTo(archive.owned().get(i)) >= 0) {
                problem = "owned keys are not sorted at " + archive.owned().get(i);
            }
        }
        return problem;
    }

    private static @Nullable String range(CoreRecord.Range range) {
        return firstOf(
                atLeast("streamId", range.streamId(), 1),
                atLeast("streamEpoch", range.streamEpoch(), 0),
                atLeast("startOffset", range.startOffset(), 0),
                atLeast("count", range.count(), 1),
                atLeast("end of range", range.startOffset() + range.count(), 1),
                atLeast("bytes", range.bytes(), 0));
    }

    private static @Nullable String pointer(CoreRecord.PutPointer pointer) {
        byte @Nullable [] value = pointer.value();
        String tooLarge =
                value != null && value.length > POINTER_BYTES_MAX
                        ? "value of %d bytes, at most %d are allowed"
                                .formatted(value.length, POINTER_BYTES_MAX)
                        : null;
        return firstOf(
                text("pointer key", pointer.key()),
                atLeast("expectedVersion", pointer.expectedVersion(), 0),
                tooLarge);
    }

    private static @Nullable String names(List<StreamName> names) {
        for (StreamName name : names) {
            if (name.partition() < 0) {
                return "partition of %s is negative".formatted(name);
            }
        }
        return null;
    }

    private static @Nullable String ids(List<Long> ids) {
        for (long id : ids) {
            if (id < 1) {
                return "stream id %d, ids start at 1".formatted(id);
            }
        }
        return null;
    }

    private static @Nullable String openings(List<CoreRecord.Opening> openings) {
        return ids(
                openings.stream()
                        .flatMap(one -> Stream.of(one.streamId(), one.streamEpoch()))
                        .toList());
    }

    private static @Nullable String trims(List<CoreRecord.Trim> trims) {
        for (CoreRecord.Trim trim : trims) {
            if (trim.streamId() < 1 || trim.newStartOffset() < 0) {
                return "impossible " + trim;
            }
        }
        return null;
    }

    private static @Nullable String keys(List<String> keys) {
        for (String key : keys) {
            String problem = text("object key", key);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static @Nullable String wal(WalKind kind, List<UUID> walIds) {
        int count = walIds.size();
        boolean counted =
                switch (kind) {
                    case FILE -> count >= 1 && count <= VOLUMES_MAX;
                    case OBJECT -> count == 0;
                };
        if (!counted) {
            return "a write-ahead log of kind %s with %d volumes".formatted(kind, count);
        }
        return new HashSet<>(walIds).size() == count
                ? null
                : "a volume of the write-ahead log comes twice: " + walIds;
    }

    private static @Nullable String walLsns(List<Long> walLsns) {
        if (walLsns.isEmpty() || walLsns.size() > VOLUMES_MAX) {
            return "%d WAL positions, must be 1 to %d".formatted(walLsns.size(), VOLUMES_MAX);
        }
        String problem = null;
        for (long walLsn : walLsns) {
            problem = firstOf(problem, atLeast("walLsn", walLsn, 0));
        }
        return problem;
    }

    private static @Nullable String node(int nodeId, long nodeEpoch) {
        return firstOf(atLeast("nodeId", nodeId, 0), atLeast("node epoch", nodeEpoch, 0));
    }

    private static @Nullable String atLeast(String name, long value, long minimum) {
        return value >= minimum ? null : "%s %d is below %d".formatted(name, value, minimum);
    }

    private static @Nullable String text(String name, String value) {
        return value.length() <= TEXT_CHARS_MAX
                ? null
                : "%s of %d characters, at most %d are allowed"
                        .formatted(name, value.length(), TEXT_CHARS_MAX);
    }

    private static @Nullable String firstOf(@Nullable String... problems) {
        for (String problem : problems) {
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }
}
