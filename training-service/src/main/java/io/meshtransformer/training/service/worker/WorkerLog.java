package io.meshtransformer.training.service.worker;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import java.util.logging.Handler;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;

/** Where a worker's log goes: without Quarkus around it, what is logged would wait for a configuration that never comes. */
final class WorkerLog {
    private WorkerLog() {}

    static void toConsole() {
        var console = new ConsoleHandler(
                ConsoleHandler.Target.SYSTEM_OUT,
                new PatternFormatter("%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p [%c{2.}] %s%e%n"));
        InitialConfigurator.DELAYED_HANDLER.setHandlers(new Handler[] {console});
        Logger.getLogger("").setLevel(Level.INFO);
        Logger.getLogger("org.apache.kafka").setLevel(Level.WARN);
    }
}
