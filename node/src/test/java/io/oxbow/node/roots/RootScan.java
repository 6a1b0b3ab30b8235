package io.oxbow.node.roots;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.DirectMethodHandleDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the roots in the product's compiled classes: where code is handed to a thread, a timer, or
 * a library that keeps it. A class that is called back is a root, too, and so is a main method, and
 * a call whose future nobody looks at.
 */
final class RootScan {

    /** Functional types of the product whose code runs where its taker says. */
    private static final Set<String> BODIES =
            Set.of(
                    "java.lang.Runnable",
                    "java.util.concurrent.Callable",
                    "io.netty.util.concurrent.GenericFutureListener",
                    "io.oxbow.broker.group.GroupLoader$FailureListener",
                    "io.oxbow.broker.partition.Partition$HighWatermarkListener",
                    "io.oxbow.s3stream.Commit$Listener",
                    "io.oxbow.s3stream.Stream$DurableListener",
                    "io.oxbow.s3stream.env.Component$Body",
                    "io.oxbow.s3stream.tail.Tail$Completion",
                    "org.apache.kafka.controller.QuorumController$ControllerWriteOperation");

    /** Methods of the product that keep code of any functional type, for when something happens. */
    private static final Set<String> KEEPERS =
            Set.of("onFailure", "onFatal", "onChange", "onLeader", "onPressure", "watch");

    /** Types of the product whose objects are called back on another's thread. */
    private static final Set<String> CALLED_BACK =
            Set.of(
                    "io/oxbow/s3stream/log/ApplicationLog$Listener",
                    "io/oxbow/broker/control/LeadershipListener",
                    "io/oxbow/broker/control/BrokerMetadataPublisher$DeltaListener",
                    "io/oxbow/broker/partition/Partition$HighWatermarkListener",
                    "io/oxbow/broker/network/ApiHandler",
                    "io/oxbow/s3stream/Commit$Listener",
                    "io/oxbow/s3stream/Stream$DurableListener",
                    "io/oxbow/tableflow/service/ProgressListener");

    /** Consumers of a {@link Runnable} that run it at once, on the thread that hands it over. */
    private static final Set<String> ON_THE_SPOT =
            Set.of(
                    "java/util/Optional.ifPresentOrElse",
                    "io/oxbow/broker/network/Call.run",
                    "io/oxbow/broker/network/NetworkCall.run",
                    "io/oxbow/node/quickstart/Quickstart.step",
                    "io/oxbow/catalog/TableFolders.whileEmptied",
                    "io/oxbow/node/server/Storage.requireStartable",
                    "io/oxbow/s3stream/maintenance/Maintenance.quietly",
                    "io/oxbow/s3stream/env/HealthRegistry.loudly",
                    "io/oxbow/s3stream/compact/ImageView.<init>",
                    "io/oxbow/sql/ResultTable.<init>",
                    "io/oxbow/tableflow/shape/TableShape.changed",
                    "io/oxbow/tableflow/shape/UndoLog.changed");

    /** Methods of a future whose own future tells of nothing but the code that they take. */
    private static final Set<String> OF_A_FUTURE = Set.of("whenComplete", "thenAccept", "thenRun");

    private final List<ClassModel> classes;
    private final Boundary boundary;
    private final List<String> sites = new ArrayList<>();

    private RootScan(List<ClassModel> classes) {
        this.classes = classes;
        this.boundary = new Boundary(classes);
    }

    /** Returns all sites, sorted; one that stands there twice is there twice. */
    static List<String> sites() throws Exception {
        var scan = new RootScan(ProductClasses.all());
        scan.run();
        scan.sites.sort(null);
        return scan.sites;
    }

    private void run() {
        for (ClassModel model : classes) {
            callbacks(model);
            for (MethodModel method : model.methods()) {
                if (isMain(method)) {
                    sites.add(ProductClasses.methodOf(model, method) + " begins a process");
                }
                method.code()
                        .ifPresent(
                                code -> handedOver(ProductClasses.methodOf(model, method), code));
            }
        }
    }

    private static boolean isMain(MethodModel method) {
        return method.methodName().equalsString("main")
                && method.methodType().equalsString("([Ljava/lang/String;)V");
    }

    private void callbacks(ClassModel model) {
        Stream.concat(model.interfaces().stream(), model.superclass().stream())
                .map(ClassEntry::asInternalName)
                .filter(type -> CALLED_BACK.contains(type) || boundary.callsBack(type))
                .forEach(type ->
                        sites.add(
                                ProductClasses.shortName(model.thisClass().asInternalName())
                                        + " is "
                                        + simple(type)));
    }

    private void handedOver(String where, CodeModel code) {
        List<CodeElement> elements = code.elementList();
        var told = new ArrayList<InvokeInstruction>();
        for (int i = 0; i < elements.size(); i++) {
            List<CodeElement> after = elements.subList(i + 1, elements.size());
            if (elements.get(i) instanceof InvokeDynamicInstruction made && isLambda(made)) {
                InvokeInstruction consumer = consumer(after);
                if (runsLater(made, consumer)) {
                    told.add(consumer);
                    sites.add("%s: %s to %s".formatted(where, target(made), name(consumer)));
                }
            } else if (elements.get(i) instanceof InvokeInstruction call) {
                if (boundary.takesCode(call) && told.stream().noneMatch(one -> one == call)) {
                    sites.add("%s: a variable to %s".formatted(where, name(call)));
                }
                if (boundary.returnsFuture(call) && isForgotten(call, after)) {
                    sites.add("%s: forgets the future of %s".formatted(where, name(call)));
                }
            }
        }
    }

    private static boolean isLambda(InvokeDynamicInstruction made) {
        return made.bootstrapMethod().owner().displayName().equals("LambdaMetafactory");
    }

    private boolean runsLater(InvokeDynamicInstruction made, @Nullable InvokeInstruction consumer) {
        String type = nameOf(made.typeSymbol().returnType().descriptorString());
        if (consumer == null) {
            return BODIES.contains(type);
        }
        String taker = consumer.owner().asInternalName() + "." + consumer.name().stringValue();
        boolean isKept = KEEPERS.contains(consumer.name().stringValue());
        return (BODIES.contains(type) || isKept || boundary.takesCode(consumer))
                && !ON_THE_SPOT.contains(taker);
    }

    /** Returns true if what a call returned is dropped, or kept under a name that nobody reads. */
    private static boolean isForgotten(InvokeInstruction call, List<CodeElement> after) {
        if (OF_A_FUTURE.contains(call.name().stringValue())) {
            return false;
        }
        Instruction next =
                after.stream()
                        .filter(Instruction.class::isInstance)
                        .map(Instruction.class::cast)
                        .findFirst()
                        .orElseThrow();
        return switch (next) {
            case StackInstruction stack -> stack.opcode() == Opcode.POP;
            case StoreInstruction store ->
                    after.stream()
                            .noneMatch(element ->
                                    element instanceof LoadInstruction load
                                            && load.slot() == store.slot());
            default -> false;
        };
    }

    private static String target(InvokeDynamicInstruction made) {
        var handle = (DirectMethodHandleDesc) made.bootstrapArgs().get(1);
        return handle.methodName().startsWith("lambda$")
                ? "code"
                : handle.owner().displayName() + "." + handle.methodName();
    }

    /** Returns the method that is called next, with the code as an argument; null for none. */
    private static @Nullable InvokeInstruction consumer(List<CodeElement> after) {
        for (CodeElement element : after) {
            // What the compiler adds for the receiver of a method reference takes no code.
            if (element instanceof InvokeInstruction call
                    && !call.name().equalsString("requireNonNull")) {
                return call;
            }
        }
        return null;
    }

    private static String name(@Nullable InvokeInstruction call) {
        return call == null
                ? "the caller"
                : simple(call.owner().asInternalName()) + "." + call.name().stringValue();
    }

    private static String nameOf(String descriptor) {
        return descriptor.replaceFirst("^L", "").replaceFirst(";$", "").replace('/', '.');
    }

    private static String simple(String internal) {
        return internal.substring(internal.lastIndexOf('/') + 1);
    }
}
