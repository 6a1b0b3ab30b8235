package io.oxbow.node.roots;

import java.util.concurrent.atomic.AtomicReference;

/** Exception that one place of the product's code throws, once, the next time it is reached. */
public final class InjectedFault {

    private static final AtomicReference<InjectedFault> ARMED = new AtomicReference<>();

    private final String place;
    private final Throwable cause;
    private volatile boolean thrown;

    private InjectedFault(String place, Throwable cause) {
        this.place = place;
        this.cause = cause;
    }

    /** Makes {@code place} throw {@code cause}; a fault that was armed before is taken back. */
    static InjectedFault arm(String place, Throwable cause) {
        var fault = new InjectedFault(place, cause);
        ARMED.set(fault);
        return fault;
    }

    /** Throws if a fault is armed for {@code place}; called by the code that was woven in. */
    public static void reached(String place) {
        InjectedFault armed = ARMED.get();
        if (armed != null && armed.place.equals(place) && ARMED.compareAndSet(armed, null)) {
            armed.thrown = true;
            sneak(armed.cause);
        }
    }

    /** Takes back a fault that was not thrown. */
    static void disarmAll() {
        ARMED.set(null);
    }

    boolean wasThrown() {
        return thrown;
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable cause) throws T {
        throw (T) cause;
    }
}
