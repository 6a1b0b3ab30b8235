package io.oxbow.broker.records;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;

/** Runs a blocking function for several inputs at once, each on a thread of its own. */
public final class SideBySide {

    private final ThreadFactory factory;

    /**
     * @param factory of threads that may block
     */
    public SideBySide(ThreadFactory factory) {
        this.factory = factory;
    }

    /**
     * Returns the results in the order of the inputs; throws the first exception that one of them
     * threw, if any.
     */
    public <T, R> List<R> map(List<T> inputs, Function<T, R> function) {
        if (inputs.size() == 1) {
            return List.of(function.apply(inputs.getFirst()));
        }
        var futures = new ArrayList<Future<R>>(inputs.size());
        try (var threads = Executors.newThreadPerTaskExecutor(factory)) {
            inputs.forEach(input -> futures.add(threads.submit(() -> function.apply(input))));
            var results = new ArrayList<R>(inputs.size());
            for (Future<R> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
