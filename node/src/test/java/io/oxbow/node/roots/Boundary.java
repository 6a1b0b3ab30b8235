package io.oxbow.node.roots;

import java.lang.classfile.ClassModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Boundary between the product's code and the libraries that call it back. */
final class Boundary {

    /** Parts of the JDK that run code later, or elsewhere; all others run it at once. */
    private static final List<String> LATER =
            List.of(
                    "java/lang/Process",
                    "java/lang/Thread",
                    "java/lang/ref/",
                    "java/net/http/",
                    "java/nio/channels/",
                    "java/util/Timer",
                    "java/util/concurrent/CompletableFuture",
                    "java/util/concurrent/CompletionStage",
                    "java/util/concurrent/Executor",
                    "java/util/concurrent/Flow",
                    "java/util/concurrent/ForkJoin",
                    "java/util/concurrent/Future",
                    "java/util/concurrent/Scheduled",
                    "java/util/concurrent/Structured",
                    "java/util/concurrent/Thread");

    /** Parts of the JDK within those that run code at once. */
    private static final List<String> AT_ONCE_IN_LATER = List.of("java/lang/ThreadLocal");

    /** Libraries that run code, and call objects, on the thread that hands them over. */
    private static final List<String> AT_ONCE =
            List.of(
                    "com/fasterxml/",
                    "com/github/luben/",
                    "com/google/common/",
                    "io/javalin/Javalin",
                    "io/javalin/config/JettyConfig",
                    "io/micrometer/core/instrument/", // a gauge that throws has no number
                    "org/apache/avro/",
                    "org/apache/calcite/",
                    "org/apache/iceberg/",
                    "org/apache/kafka/clients/consumer/",
                    "org/apache/kafka/common/",
                    "org/apache/parquet/",
                    "org/slf4j/",
                    "picocli/",
                    "software/amazon/awssdk/");

    private final Set<String> product = new HashSet<>();
    private final ClassLoader loader = Boundary.class.getClassLoader();

    Boundary(List<ClassModel> product) {
        product.forEach(model -> this.product.add(model.thisClass().asInternalName()));
    }

    /** Returns true if a library may call an object of this type whenever it likes. */
    boolean callsBack(String type) {
        if (product.contains(type) || startsWith(type, AT_ONCE)) {
            return false;
        }
        return !type.startsWith("java/")
                || startsWith(type, LATER)
                || type.equals("java/lang/Runnable");
    }

    /** Returns true if a library takes code by this call, and may run it later. */
    boolean takesCode(InvokeInstruction call) {
        return runsLater(call.owner().asInternalName())
                && call.typeSymbol().parameterList().stream().anyMatch(this::isFunctional);
    }

    private boolean runsLater(String owner) {
        if (owner.startsWith("[") || product.contains(owner) || startsWith(owner, AT_ONCE)) {
            return false;
        }
        return !owner.startsWith("java/")
                || owner.equals("java/lang/Runtime")
                || startsWith(owner, LATER) && !startsWith(owner, AT_ONCE_IN_LATER);
    }

    /** Returns true if a call's outcome comes as a future; Netty's tells its channel. */
    boolean returnsFuture(InvokeInstruction call) {
        Class<?> type = load(call.typeSymbol().returnType());
        return type != null
                && !type.getName().startsWith("io.netty.")
                && (Future.class.isAssignableFrom(type)
                        || CompletionStage.class.isAssignableFrom(type));
    }

    private boolean isFunctional(ClassDesc parameter) {
        Class<?> type = load(parameter);
        if (type == null || !type.isInterface()) {
            return false;
        }
        try {
            return Arrays.stream(type.getMethods())
                            .filter(method -> Modifier.isAbstract(method.getModifiers()))
                            .filter(method -> !isOfObject(method))
                            .map(Method::getName)
                            .distinct()
                            .count()
                    == 1;
        } catch (NoClassDefFoundError e) {
            return false; // a library's optional part that is not here
        }
    }

    private static boolean isOfObject(Method method) {
        return Arrays.stream(Object.class.getMethods())
                .anyMatch(its -> its.getName().equals(method.getName()));
    }

    private @Nullable Class<?> load(ClassDesc type) {
        if (!type.isClassOrInterface()) {
            return null;
        }
        String descriptor = type.descriptorString();
        String name = descriptor.substring(1, descriptor.length() - 1).replace('/', '.');
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            return null;
        }
    }

    private static boolean startsWith(String name, List<String> prefixes) {
        return prefixes.stream().anyMatch(name::startsWith);
    }
}
