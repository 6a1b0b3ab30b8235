package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.image.CoreImage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Neighbours that are worth joining: extents of one stream, or objects.
 *
 * @param from number of the first in its list
 * @param to after the last
 * @param gain by how much joining them lowers the potential
 */
record Window(int from, int to, double gain) {

    /**
     * @param objectKey where it lies
     */
    record Member(String objectKey, long bytes) {
        static List<Member> of(List<CoreImage.Extent> extents) {
            return extents.stream().map(e -> new Member(e.objectKey(), e.bytes())).toList();
        }
    }

    /** What makes a window worth its bytes. */
    record Limits(Potential potential, int inputsMax, int gainBits) {
        /** Equally many members as the bits ask for gain a little less: none are equally long. */
        private static final double SLACK_BITS = 1.0 / 8;

        boolean areMet(double gain, double weights) {
            return gain >= (gainBits - SLACK_BITS) * weights;
        }

        /** The gain per byte is at most the logarithm of the number of members. */
        int membersMin() {
            return 1 << gainBits;
        }
    }

    /**
     * The window of the greatest gain, the oldest of equals; null when no window gains enough for
     * the bytes that it would copy.
     */
    static @Nullable Window best(List<Member> members, Limits limits) {
        Window best = null;
        for (int from = 0; from + limits.membersMin() <= members.size(); from++) {
            Window found = bestFrom(members, from, limits);
            if (found != null && (best == null || found.gain > best.gain)) {
                best = found;
            }
        }
        return best;
    }

    private static @Nullable Window bestFrom(List<Member> members, int from, Limits limits) {
        Potential potential = limits.potential();
        Window best = null;
        Set<String> inputs = new HashSet<>();
        double potentials = 0;
        double weights = 0;
        long bytes = 0;
        for (int i = from; i < members.size(); i++) {
            Member member = members.get(i);
            inputs.add(member.objectKey());
            if (potential.isGood(member.bytes()) || inputs.size() > limits.inputsMax()) {
                break;
            }
            bytes += member.bytes();
            weights += Potential.weight(member.bytes());
            potentials += potential.ofExtent(member.bytes());
            double gain = potential.gain(potentials, weights, bytes);
            boolean enough = i > from && limits.areMet(gain, weights);
            if (enough && (best == null || gain > best.gain)) {
                best = new Window(from, i + 1, gain);
            }
        }
        return best;
    }
}
