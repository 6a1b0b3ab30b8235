package io.oxbow.s3stream.env;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Registry of the long-lived components of one process: their states, policies and failures.
 * Thread-safe.
 *
 * <p>Each component tells its own state; readiness, metrics and people read it here.
 */
public final class HealthRegistry {

    private final Clock clock;
    private final List<Component> components = new CopyOnWriteArrayList<>();
    private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
    private final List<BiConsumer<ComponentState, Throwable>> fatalListeners =
            new CopyOnWriteArrayList<>();
    private final List<Runnable> changeListeners = new CopyOnWriteArrayList<>();
    private @Nullable Component strays;

    public HealthRegistry(Clock clock) {
        this.clock = clock;
    }

    /** Adds a component without which no produce request, or no topic change, can succeed. */
    public Component essential(String kind, Policy policy) {
        return add(kind, "", policy, true);
    }

    /** Adds a component whose trouble clients do not see at once. */
    public Component background(String kind, Policy policy) {
        return add(kind, "", policy, false);
    }

    /** Adds one of several background components of a kind; {@link Component#close} removes it. */
    public Component background(String kind, String instance, Policy policy) {
        return add(kind, instance, policy, false);
    }

    /**
     * The component {@code thread}: counts exceptions that ended threads and timers' tasks which
     * belong to no other.
     */
    public synchronized Component strays() {
        if (strays == null) {
            strays = background("thread", Policy.RETRY);
            strays.running();
        }
        return strays;
    }

    private Component add(String kind, String instance, Policy policy, boolean essential) {
        var component = new Component(this, clock, kind, instance, policy, essential);
        // A part that is opened again takes the place of the one before.
        components.removeIf(old -> old.name().equals(component.name()));
        components.add(component);
        failures.computeIfAbsent(kind, added -> new LongAdder());
        return component;
    }

    /** Returns the states of all components, read once for all answers that are made of them. */
    public HealthReport report() {
        var states = new ArrayList<ComponentState>();
        components.forEach(component -> states.add(component.state()));
        states.sort(Comparator.comparing(ComponentState::name));
        var counts = new TreeMap<String, Long>();
        failures.forEach((kind, count) -> counts.put(kind, count.sum()));
        return new HealthReport(List.copyOf(states), counts);
    }

    /**
     * Returns the number of unexpected exceptions of a kind of component since the process began.
     */
    public long failures(String kind) {
        LongAdder known = failures.get(kind);
        return known == null ? 0 : known.sum();
    }

    /** Adds a listener for the failure of a component whose policy is to end the process. */
    public void onFatal(BiConsumer<ComponentState, Throwable> listener) {
        fatalListeners.add(listener);
    }

    /**
     * Adds a listener that is called after each change of a component's state; it must not block.
     */
    public void onChange(Runnable listener) {
        changeListeners.add(listener);
    }

    void fatal(Component component, Throwable cause) {
        for (var listener : fatalListeners) {
            loudly(() -> listener.accept(component.state(), cause));
        }
    }

    void changed() {
        changeListeners.forEach(this::loudly);
    }

    /** A listener that fails must not keep the others, or the component's end, from being told. */
    private void loudly(Runnable listener) {
        try {
            listener.run();
        } catch (Throwable e) {
            strays().unexpected("a listener of the health registry", e);
        }
    }

    void count(String kind) {
        failures.computeIfAbsent(kind, added -> new LongAdder()).increment();
    }

    void remove(Component component) {
        components.remove(component);
    }
}
