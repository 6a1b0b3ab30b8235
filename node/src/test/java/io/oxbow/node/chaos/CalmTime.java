package io.oxbow.node.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The stretches of a run in which something held. */
final class CalmTime {

    private record Stretch(long from, long to) {}

    private final List<Stretch> stretches = new ArrayList<>();

    /** Returns the time in which no fault was under way. */
    static CalmTime withoutFaults(List<Event> events, long end) {
        var calm = new CalmTime();
        long from = 0;
        boolean struck = false;
        for (Event event : events) {
            if (event instanceof Event.Struck && !struck) {
                calm.stretches.add(new Stretch(from, event.at()));
                struck = true;
            } else if (event instanceof Event.Healed && struck) {
                from = event.at();
                struck = false;
            }
        }
        if (!struck) {
            calm.stretches.add(new Stretch(from, end));
        }
        return calm;
    }

    /** Returns the time in which each node that was ever asked said last that it is ready. */
    static CalmTime allReady(List<Event> events, long end) {
        var ready = new CalmTime();
        Map<String, Boolean> said = new HashMap<>();
        long since = -1;
        for (Event event : events) {
            if (event instanceof Event.Left left) {
                said.remove(left.node());
            } else if (event instanceof Event.Asked asked) {
                said.put(asked.node(), asked.ready());
                boolean all = !said.containsValue(false);
                if (all && since < 0) {
                    since = asked.at();
                } else if (!all && since >= 0) {
                    ready.stretches.add(new Stretch(since, asked.at()));
                    since = -1;
                }
            }
        }
        if (since >= 0) {
            ready.stretches.add(new Stretch(since, end));
        }
        return ready;
    }

    /** Returns the milliseconds of it between two times. */
    long within(long from, long to) {
        long sum = 0;
        for (Stretch stretch : stretches) {
            sum += Math.max(0, Math.min(to, stretch.to()) - Math.max(from, stretch.from()));
        }
        return sum;
    }

    /** Returns the longest stretch of it, in milliseconds, between two times. */
    long longestWithin(long from, long to) {
        long longest = 0;
        for (Stretch stretch : stretches) {
            longest =
                    Math.max(longest, Math.min(to, stretch.to()) - Math.max(from, stretch.from()));
        }
        return longest;
    }
}
