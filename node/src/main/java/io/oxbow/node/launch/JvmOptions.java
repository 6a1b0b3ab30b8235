package io.oxbow.node.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Prints the options that size a node's JVM, one a line, for the command line that is to start it.
 *
 * <p>A size comes from {@value MemoryPlan#KEY}, in a {@code --set} or the file of a {@code
 * --config}. Options in {@code OXBOW_OPTS} that size heap or direct memory take its place: then the
 * young generation is bounded, and direct memory beside a heap that alone has a size.
 */
public final class JvmOptions {

    private static final Pattern SIZING =
            Pattern.compile(
                    "-Xmx.*|-XX:(MaxHeapSize|MaxDirectMemorySize|MaxRAM|MaxRAMPercentage)=.*");

    private static final Pattern HEAP =
            Pattern.compile("(?:-Xmx|-XX:MaxHeapSize=)([0-9]+[kKmMgG]?)");

    /** Divisor of all memory that gives the heap of this program's own JVM. */
    private static final int OWN_HEAP_PARTS = 2;

    private JvmOptions() {}

    /**
     * Prints the options. Its JVM must run with {@code -XX:MaxRAMPercentage=50}: the maximum of its
     * heap is the cheapest way to learn what the container or machine has.
     */
    public static void main(String[] arguments) {
        String given = System.getenv("OXBOW_OPTS");
        long machineBytes = Runtime.getRuntime().maxMemory() * OWN_HEAP_PARTS;
        try {
            for (String option : of(arguments, given == null ? "" : given, machineBytes)) {
                System.out.println(option);
            }
        } catch (IllegalArgumentException e) {
            System.err.println("oxbow: " + e.getMessage());
            System.exit(1);
        }
    }

    static List<String> of(String[] arguments, String jvmOptions, long machineBytes) {
        String asked = asked(arguments);
        String sizing = sizing(jvmOptions);
        if (sizing != null && asked != null) {
            throw new IllegalArgumentException(
                    "%s=%s and %s in OXBOW_OPTS both say how much memory there is; give one of them"
                            .formatted(MemoryPlan.KEY, asked, sizing));
        }
        if (sizing != null) {
            return beside(jvmOptions);
        }
        if (asked == null) {
            return options(MemoryPlan.usual(machineBytes));
        }
        long bytes = ByteSize.parse(MemoryPlan.KEY, asked);
        if (bytes > machineBytes) {
            throw new IllegalArgumentException(
                    "%s=%s: this machine or container has %d MiB"
                            .formatted(MemoryPlan.KEY, asked, machineBytes >> 20));
        }
        return options(MemoryPlan.of(bytes));
    }

    private static List<String> beside(String jvmOptions) {
        String heap = null;
        for (String option : jvmOptions.split("\\s+")) {
            Matcher size = HEAP.matcher(option);
            if (size.matches()) {
                heap = size.group(1);
            } else if (SIZING.matcher(option).matches()) {
                return List.of(MemoryPlan.YOUNG_OPTION);
            }
        }
        if (heap == null) {
            return List.of(MemoryPlan.YOUNG_OPTION);
        }
        long bytes = ByteSize.parse("-Xmx", heap);
        return List.of(MemoryPlan.directBeside(bytes), MemoryPlan.YOUNG_OPTION);
    }

    private static List<String> options(MemoryPlan plan) {
        List<String> options = new ArrayList<>(plan.sizes());
        options.add("-D%s=%d".formatted(MemoryPlan.APPLIED, plan.processBytes()));
        return options;
    }

    private static @Nullable String sizing(String jvmOptions) {
        String found = null;
        for (String option : jvmOptions.split("\\s+")) {
            if (SIZING.matcher(option).matches()) {
                found = option;
            }
        }
        return found;
    }

    /**
     * Returns the size asked for, as the command line reads it: the last word counts, and a {@code
     * --set} more than a file.
     */
    private static @Nullable String asked(String[] arguments) {
        String file = null;
        String set = null;
        for (int i = 1; i < arguments.length; i++) {
            String argument = arguments[i];
            String following = i + 1 < arguments.length ? arguments[i + 1] : "";
            String option = argument;
            String value = following;
            if (argument.startsWith("--config=") || argument.startsWith("--set=")) {
                option = argument.substring(0, argument.indexOf('='));
                value = argument.substring(option.length() + 1);
            } else if (option.equals("--config") || option.equals("--set")) {
                i++;
            }
            if (option.equals("--config")) {
                file = value;
            } else if (option.equals("--set") && value.startsWith(MemoryPlan.KEY + "=")) {
                set = value.substring(MemoryPlan.KEY.length() + 1);
            }
        }
        return set != null || file == null ? set : inFile(file);
    }

    private static @Nullable String inFile(String file) {
        var properties = new Properties();
        try (var in = Files.newBufferedReader(Path.of(file))) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException e) {
            return null; // the node says what is wrong with it
        }
        return properties.getProperty(MemoryPlan.KEY);
    }
}
