package io.oxbow.tableflow.verify;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects findings: the first of each kind, and the number of each. */
final class Findings {

    /** Most findings of a kind that are shown. */
    private static final int SHOWN_MAX = 5;

    private final List<VerifyResult.Finding> shown = new ArrayList<>();
    private final Map<VerifyResult.Kind, Long> totals = new EnumMap<>(VerifyResult.Kind.class);

    void add(int partition, long offset, VerifyResult.Kind kind, String what) {
        if (totals.merge(kind, 1L, Long::sum) <= SHOWN_MAX) {
            shown.add(new VerifyResult.Finding(partition, offset, kind, what));
        }
    }

    /** Takes all of another's over. */
    void add(Findings others) {
        for (VerifyResult.Finding finding : others.shown) {
            if (shown.stream().filter(f -> f.kind() == finding.kind()).count() < SHOWN_MAX) {
                shown.add(finding);
            }
        }
        others.totals.forEach((kind, count) -> totals.merge(kind, count, Long::sum));
    }

    long total(VerifyResult.Kind kind) {
        return totals.getOrDefault(kind, 0L);
    }

    boolean isEmpty() {
        return shown.isEmpty();
    }

    List<VerifyResult.Finding> shown() {
        return List.copyOf(shown);
    }

    Map<VerifyResult.Kind, Long> totals() {
        return Map.copyOf(totals);
    }
}
