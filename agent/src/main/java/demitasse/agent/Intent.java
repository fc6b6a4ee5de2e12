package demitasse.agent;

import java.util.Locale;

/** What a customer wants; named as in the evaluation data. */
public enum Intent {
    FAQ,
    TROUBLESHOOTING,
    ACCOUNT_INFO,
    PRODUCT_INFO,
    RETURNS,
    SHIPPING,
    ESCALATE,
    CHITCHAT;

    /** The lower-case name that files and HTTP use. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
