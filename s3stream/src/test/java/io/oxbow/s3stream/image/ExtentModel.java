package io.oxbow.s3stream.image;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Model of extents, references and ownership, written for simplicity instead of speed. One writer
 * epoch.
 */
final class ExtentModel {

    record Piece(long start, long end, String key, long bytes, long timestamp) {}

    final TreeMap<Long, List<Piece>> streams = new TreeMap<>();
    final TreeMap<Long, Long> starts = new TreeMap<>();
    final TreeMap<Long, Long> ends = new TreeMap<>();
    final Map<String, Integer> levels = new TreeMap<>();
    final Map<String, Set<String>> owned = new TreeMap<>();
    final Set<String> committed = new HashSet<>();
    final Set<String> deleted = new HashSet<>();

    void open(long streamId) {
        streams.put(streamId, new ArrayList<>());
        starts.put(streamId, 0L);
        ends.put(streamId, 0L);
    }

    List<Boolean> commit(CoreRecord.NewObject object) {
        add(object.key(), 0);
        var accepted = new ArrayList<Boolean>();
        for (CoreRecord.Range range : object.ranges()) {
            boolean fits =
                    streams.containsKey(range.streamId())
                            && ends.get(range.streamId()) == range.startOffset();
            if (fits) {
                long end = range.startOffset() + range.count();
                streams.get(range.streamId()).add(piece(range, object.key()));
                ends.put(range.streamId(), end);
            }
            accepted.add(fits);
        }
        return accepted;
    }

    private static Piece piece(CoreRecord.Range range, String key) {
        return new Piece(
                range.startOffset(),
                range.startOffset() + range.count(),
                key,
                range.bytes(),
                range.maxTimestamp());
    }

    private void add(String key, int level) {
        levels.put(key, level);
        committed.add(key);
    }

    void trim(long streamId, long to) {
        if (streams.containsKey(streamId) && to > starts.get(streamId)) {
            starts.put(streamId, to);
            streams.get(streamId).removeIf(piece -> piece.end <= to);
        }
    }

    void deleteStream(long streamId) {
        streams.remove(streamId);
        starts.remove(streamId);
        ends.remove(streamId);
    }

    /** Returns the objects that nothing refers to, in no particular order. */
    Set<String> dereferenced() {
        var keys = new TreeSet<>(levels.keySet());
        streams.values().forEach(pieces -> pieces.forEach(piece -> keys.remove(piece.key)));
        return keys;
    }

    int references(String key) {
        return (int)
                streams.values().stream()
                        .flatMap(List::stream)
                        .filter(piece -> piece.key.equals(key))
                        .count();
    }

    void objectsDeleted(List<String> keys) {
        keys.stream().filter(levels::containsKey).forEach(deleted::add);
        keys.forEach(levels::remove);
    }

    List<Boolean> compact(CoreRecord.CompactObjects record) {
        var accepted = new ArrayList<Boolean>();
        for (CoreRecord.NewObject output : record.outputs()) {
            add(output.key(), 0);
            for (CoreRecord.Range range : output.ranges()) {
                accepted.add(
                        replace(
                                range.streamId(),
                                piece(range, output.key()),
                                new HashSet<>(record.inputs())));
            }
        }
        return accepted;
    }

    List<Boolean> rewrite(CoreRecord.RewriteExtents record) {
        var by = new ArrayList<Piece>();
        long streamId = 0;
        for (CoreRecord.NewObject output : record.outputs()) {
            add(output.key(), 0);
            by.add(piece(output.ranges().getFirst(), output.key()));
            streamId = output.ranges().getFirst().streamId();
        }
        long start = by.getFirst().start;
        long end = by.getLast().end;
        var whole = new Piece(start, end, "whole", 0, 0);
        boolean fits = replace(streamId, whole, new HashSet<>(record.inputs()));
        if (fits) {
            List<Piece> pieces = streams.get(streamId);
            int at = pieces.indexOf(whole);
            pieces.remove(at);
            long from = starts.get(streamId);
            pieces.addAll(at, by.stream().filter(piece -> piece.end > from).toList());
        }
        return record.outputs().stream().map(output -> fits).toList();
    }

    private boolean replace(long streamId, Piece by, Set<String> allowed) {
        List<Piece> pieces = streams.get(streamId);
        if (pieces == null) {
            return false;
        }
        List<Piece> run =
                pieces.stream().filter(p -> p.end > by.start && p.start < by.end).toList();
        if (run.isEmpty()
                || run.getLast().end != by.end
                || !run.stream().allMatch(p -> allowed.contains(p.key))) {
            return false;
        }
        boolean front = run.getFirst() == pieces.getFirst();
        if (run.getFirst().start < by.start || (run.getFirst().start > by.start && !front)) {
            return false;
        }
        int at = pieces.indexOf(run.getFirst());
        pieces.removeAll(run);
        pieces.add(at, by);
        return true;
    }

    /** Applies an archiving; returns false, and changes nothing, if it must be refused. */
    boolean archive(CoreRecord.ArchiveExtents record) {
        CoreRecord.Composite composite = record.composite();
        var allowed = new HashSet<>(record.owned());
        if (!levels.keySet().containsAll(allowed)
                || composite.level()
                        != 1 + allowed.stream().mapToInt(levels::get).max().orElse(0)) {
            return false;
        }
        var after = new TreeMap<Long, List<Piece>>();
        streams.forEach((id, pieces) -> after.put(id, new ArrayList<>(pieces)));
        var before = new TreeMap<>(streams);
        streams.clear();
        streams.putAll(after);
        boolean fits = true;
        for (CoreRecord.Part part : composite.parts()) {
            fits &= archive(part, composite.key(), allowed);
        }
        fits &= allowed.stream().allMatch(key -> references(key) == 0);
        if (!fits) {
            streams.clear();
            streams.putAll(before);
            return false;
        }
        allowed.forEach(levels::remove);
        add(composite.key(), composite.level());
        owned.put(composite.key(), allowed);
        return true;
    }

    private boolean archive(CoreRecord.Part part, String key, Set<String> allowed) {
        List<Piece> pieces = streams.get(part.streamId());
        if (pieces == null) {
            return true;
        }
        List<Piece> run =
                pieces.stream()
                        .filter(p -> p.end > part.startOffset() && p.start < part.endOffset())
                        .toList();
        if (run.isEmpty()) { // trimmed; a piece that reaches beyond the part is none of it
            return part.endOffset() <= starts.get(part.streamId());
        }
        if (run.getFirst().start < part.startOffset()) {
            return false;
        }
        if (run.getFirst().start > part.startOffset() && run.getFirst() != pieces.getFirst()) {
            return false;
        }
        var by =
                new Piece(
                        run.getFirst().start,
                        part.endOffset(),
                        key,
                        run.stream().mapToLong(Piece::bytes).sum(),
                        run.stream().mapToLong(Piece::timestamp).max().orElseThrow());
        return replace(part.streamId(), by, allowed);
    }
}
