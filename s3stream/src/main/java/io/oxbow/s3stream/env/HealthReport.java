package io.oxbow.s3stream.env;

import io.oxbow.s3stream.env.ComponentState.Phase;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * States of all components of a process, read once, and what follows from them for the process.
 *
 * @param components by name
 * @param failures unexpected exceptions since the process began, by kind, of components that were
 *     closed, too
 */
public record HealthReport(List<ComponentState> components, SortedMap<String, Long> failures) {

    /** Returns true if a produce request and a topic change would succeed. */
    public boolean ready() {
        return impairments().isEmpty();
    }

    /** Returns the components for which the process is not ready. */
    public List<ComponentState> impairments() {
        return components.stream().filter(ComponentState::impairs).toList();
    }

    /** Returns false once a component has failed whose failure ends the process. */
    public boolean live() {
        return ends().isEmpty();
    }

    /** Returns the failed components whose failure ends the process. */
    public List<ComponentState> ends() {
        return components.stream().filter(ComponentState::ends).toList();
    }

    /** Returns the number of components of a kind in each phase, none left out. */
    public Map<Phase, Integer> phases(String kind) {
        Map<Phase, Integer> counts = new EnumMap<>(Phase.class);
        for (Phase phase : Phase.values()) {
            counts.put(phase, 0);
        }
        for (ComponentState component : components) {
            if (component.kind().equals(kind)) {
                counts.merge(component.phase(), 1, Integer::sum);
            }
        }
        return counts;
    }
}
