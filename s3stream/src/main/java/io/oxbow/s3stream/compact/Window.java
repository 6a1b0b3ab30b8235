package io.oxbow.s3stream.compact;

import io.oxbow.s3stream.image.CoreImage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Window of adjacent extents of one stream, or of adjacent objects, that are worth joining.
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

    /** Limits that a window must meet to be worth the bytes that it copies. */
    record Limits(Potential potential, int inputsMax, int gainBits) {
        /**
         * Gain, in bits, by which a window may miss the limit: members are hardly ever equally
         * long.
         */
        private static final double SLACK_BITS = 1.0 / 8;

        boolean areMet(double gain, double weights) {
            return gain >= (gainBits - SLACK_BITS) * weights;
        }

        /**
         * Returns the least number of members, since the gain per byte is at most the logarithm of
         * that number.
         */
        int membersMin() {
            return 1 << gainBits;
        }
    }

    /**
     * Returns the window with the greatest gain, the oldest of equals; null when no window gains
     * enough.
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
