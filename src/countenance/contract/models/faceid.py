"""faceid 2018-03-01: generated from the contract by `make generate`; do not edit.

Requests: a parameter without a default is required. Responses: None is sent as null.
"""

from countenance.contract.model import Model


class Address(Model, kw_only=True):
    Country: str | None = None
    PostalCode: str | None = None
    Subdivision: str | None = None
    City: str | None = None
    FormattedAddress: str | None = None
    LineOne: str | None = None
    LineTwo: str | None = None
    LineThree: str | None = None
    LineFour: str | None = None
    LineFive: str | None = None


_Address = Address


class AttackRiskDetail(Model, kw_only=True):
    Type: str | None = None


class BangladeshIDCard(Model, kw_only=True):
    LastName: str | None = None
    FirstName: str | None = None
    LicenseNumber: str | None = None
    Age: str | None = None
    Birthday: str | None = None
    IssuedCountry: str | None = None


_BangladeshIDCard = BangladeshIDCard


class HKIDCard(Model, kw_only=True):
    CnName: str | None = None
    EnName: str | None = None
    TelexCode: str | None = None
    Sex: str | None = None
    Birthday: str | None = None
    Permanent: str | None = None
    IdNum: str | None = None
    Symbol: str | None = None
    FirstIssueDate: str | None = None
    CurrentIssueDate: str | None = None


_HKIDCard = HKIDCard


class MLIDCard(Model, kw_only=True):
    Name: str | None = None
    ID: str | None = None
    Sex: str | None = None
    Address: str | None = None
    Type: str | None = None
    Birthday: str | None = None


_MLIDCard = MLIDCard


class PhilippinesVoteID(Model, kw_only=True):
    VIN: str | None = None
    FirstName: str | None = None
    LastName: str | None = None
    Birthday: str | None = None
    CivilStatus: str | None = None
    Citizenship: str | None = None
    Address: str | None = None
    PrecinctNo: str | None = None


_PhilippinesVoteID = PhilippinesVoteID


class IndonesiaIDCard(Model, kw_only=True):
    NIK: str | None = None
    Nama: str | None = None
    TempatTglLahir: str | None = None
    JenisKelamin: str | None = None
    GolDarah: str | None = None
    Alamat: str | None = None
    RTRW: str | None = None
    KelDesa: str | None = None
    Kecamatan: str | None = None
    Agama: str | None = None
    StatusPerkawinan: str | None = None
    Perkerjaan: str | None = None
    KewargaNegaraan: str | None = None
    BerlakuHingga: str | None = None
    IssuedDate: str | None = None
    Provinsi: str | None = None
    Kota: str | None = None


_IndonesiaIDCard = IndonesiaIDCard


class PhilippinesDrivingLicense(Model, kw_only=True):
    Name: str | None = None
    LastName: str | None = None
    FirstName: str | None = None
    MiddleName: str | None = None
    Nationality: str | None = None
    Sex: str | None = None
    Address: str | None = None
    LicenseNo: str | None = None
    ExpiresDate: str | None = None
    AgencyCode: str | None = None
    Birthday: str | None = None


_PhilippinesDrivingLicense = PhilippinesDrivingLicense


class PhilippinesTinID(Model, kw_only=True):
    LicenseNumber: str | None = None
    FullName: str | None = None
    Address: str | None = None
    Birthday: str | None = None
    IssueDate: str | None = None


_PhilippinesTinID = PhilippinesTinID


class PhilippinesSSSID(Model, kw_only=True):
    LicenseNumber: str | None = None
    FullName: str | None = None
    Birthday: str | None = None


_PhilippinesSSSID = PhilippinesSSSID


class PhilippinesUMID(Model, kw_only=True):
    Surname: str | None = None
    MiddleName: str | None = None
    GivenName: str | None = None
    Sex: str | None = None
    Birthday: str | None = None
    Address: str | None = None
    CRN: str | None = None


_PhilippinesUMID = PhilippinesUMID


class InternationalIDPassport(Model, kw_only=True):
    LicenseNumber: str | None = None
    FullName: str | None = None
    Surname: str | None = None
    GivenName: str | None = None
    Birthday: str | None = None
    Sex: str | None = None
    DateOfExpiration: str | None = None
    IssuingCountry: str | None = None
    NationalityCode: str | None = None
    PassportCodeFirst: str | None = None
    PassportCodeSecond: str | None = None


_InternationalIDPassport = InternationalIDPassport


class GeneralCard(Model, kw_only=True):
    LicenseNumber: str | None = None
    PersonalNumber: str | None = None
    PassportCodeFirst: str | None = None
    PassportCodeSecond: str | None = None
    ExpirationDate: str | None = None
    DueDate: str | None = None
    IssuedDate: str | None = None
    IssuedAuthority: str | None = None
    IssuedCountry: str | None = None
    FullName: str | None = None
    FirstName: str | None = None
    LastName: str | None = None
    Sex: str | None = None
    Age: str | None = None
    Birthday: str | None = None
    BirthPlace: str | None = None
    Nationality: str | None = None
    RegistrationNumber: str | None = None
    Address: _Address | None = None
    FullNameLocal: str | None = None
    FirstNameLocal: str | None = None
    LastNameLocal: str | None = None


_GeneralCard = GeneralCard


class IndonesiaDrivingLicense(Model, kw_only=True):
    LastName: str | None = None
    FirstName: str | None = None
    LicenseNumber: str | None = None
    Birthday: str | None = None
    Address: str | None = None
    ExpirationDate: str | None = None
    IssuedDate: str | None = None
    IssuedCountry: str | None = None


_IndonesiaDrivingLicense = IndonesiaDrivingLicense


class ThailandIDCard(Model, kw_only=True):
    LastName: str | None = None
    FirstName: str | None = None
    LicenseNumber: str | None = None
    DateOfBirth: str | None = None
    DateOfExpiry: str | None = None
    DateOfIssue: str | None = None
    IssuedCountry: str | None = None


_ThailandIDCard = ThailandIDCard


class SingaporeIDCard(Model, kw_only=True):
    ChName: str | None = None
    ChineseName: str | None = None
    EnName: str | None = None
    FullName: str | None = None
    ID: str | None = None
    LicenseNumber: str | None = None
    Sex: str | None = None
    CountryOfBirth: str | None = None
    Nationality: str | None = None
    Birthday: str | None = None
    Address: str | None = None
    Race: str | None = None
    NRICCode: str | None = None
    PostCode: str | None = None
    DateOfExpiration: str | None = None
    DateOfIssue: str | None = None


_SingaporeIDCard = SingaporeIDCard


class MacaoIDCard(Model, kw_only=True):
    FirstName: str | None = None
    LastName: str | None = None
    Birthday: str | None = None
    ExpirationDate: str | None = None
    LicenseNumber: str | None = None
    Sex: str | None = None
    Age: str | None = None
    IssuedCountry: str | None = None
    Field1: str | None = None
    Field2: str | None = None


_MacaoIDCard = MacaoIDCard


class TaiWanIDCard(Model, kw_only=True):
    FullName: str | None = None
    LicenseNumber: str | None = None
    Sex: str | None = None
    IssuedCountry: str | None = None
    RegistrationNumber: str | None = None


_TaiWanIDCard = TaiWanIDCard


class JapanIDCard(Model, kw_only=True):
    FullName: str | None = None
    LicenseNumber: str | None = None
    Age: str | None = None
    Birthday: str | None = None
    ExpirationDate: str | None = None
    FormattedAddress: str | None = None


_JapanIDCard = JapanIDCard


class NigeriaIDCard(Model, kw_only=True):
    LastName: str | None = None
    FirstName: str | None = None
    LicenseNumber: str | None = None
    Age: str | None = None
    Birthday: str | None = None
    IssuedCountry: str | None = None
    Sex: str | None = None


_NigeriaIDCard = NigeriaIDCard


class NigeriaDrivingLicense(Model, kw_only=True):
    LastName: str | None = None
    FirstName: str | None = None
    LicenseNumber: str | None = None
    Age: str | None = None
    Birthday: str | None = None
    IssuedCountry: str | None = None
    ExpirationDate: str | None = None
    IssuedDate: str | None = None
    Sex: str | None = None


_NigeriaDrivingLicense = NigeriaDrivingLicense


class PakistanIDCard(Model, kw_only=True):
    LastName: str | None = None
    FirstName: str | None = None
    LicenseNumber: str | None = None
    Age: str | None = None
    Birthday: str | None = None
    IssuedCountry: str | None = None


_PakistanIDCard = PakistanIDCard


class PakistanDrivingLicense(Model, kw_only=True):
    LastName: str | None = None
    FirstName: str | None = None
    LicenseNumber: str | None = None
    Age: str | None = None
    Birthday: str | None = None
    IssuedCountry: str | None = None


_PakistanDrivingLicense = PakistanDrivingLicense


class CardInfo(Model, kw_only=True):
    HKIDCard: _HKIDCard | None = None
    MLIDCard: _MLIDCard | None = None
    PhilippinesVoteID: _PhilippinesVoteID | None = None
    IndonesiaIDCard: _IndonesiaIDCard | None = None
    PhilippinesDrivingLicense: _PhilippinesDrivingLicense | None = None
    PhilippinesTinID: _PhilippinesTinID | None = None
    PhilippinesSSSID: _PhilippinesSSSID | None = None
    PhilippinesUMID: _PhilippinesUMID | None = None
    InternationalIDPassport: _InternationalIDPassport | None = None
    GeneralCard: _GeneralCard | None = None
    IndonesiaDrivingLicense: _IndonesiaDrivingLicense | None = None
    ThailandIDCard: _ThailandIDCard | None = None
    SingaporeIDCard: _SingaporeIDCard | None = None
    MacaoIDCard: _MacaoIDCard | None = None
    TaiWanIDCard: _TaiWanIDCard | None = None
    JapanIDCard: _JapanIDCard | None = None
    BangladeshIDCard: _BangladeshIDCard | None = None
    NigeriaIDCard: _NigeriaIDCard | None = None
    NigeriaDrivingLicense: _NigeriaDrivingLicense | None = None
    PakistanIDCard: _PakistanIDCard | None = None
    PakistanDrivingLicense: _PakistanDrivingLicense | None = None


_CardInfo = CardInfo


class FileInfo(Model, kw_only=True):
    Url: str | None = None
    MD5: str | None = None
    Size: int | None = None


class NormalHKIDCard(Model, kw_only=True):
    ChineseName: str | None = None
    FullName: str | None = None
    RegistrationNumber: str | None = None
    Sex: str | None = None
    Birthday: str | None = None
    Permanent: str | None = None
    LicenseNumber: str | None = None
    Symbol: str | None = None
    IssuedDate: str | None = None
    CurrentIssueDate: str | None = None
    HKIDVersion: str | None = None


class NormalMLIDCard(Model, kw_only=True):
    FullName: str | None = None
    LicenseNumber: str | None = None
    Sex: str | None = None
    FormattedAddress: str | None = None
    Type: str | None = None
    Birthday: str | None = None


class NormalIndonesiaIDCard(Model, kw_only=True):
    LicenseNumber: str | None = None
    FullName: str | None = None
    Birthday: str | None = None
    Sex: str | None = None
    BloodType: str | None = None
    FormattedAddress: str | None = None
    Street: str | None = None
    Village: str | None = None
    Area: str | None = None
    Religion: str | None = None
    MaritalStatus: str | None = None
    Occupation: str | None = None
    Nationality: str | None = None
    DueDate: str | None = None
    IssuedDate: str | None = None
    Province: str | None = None
    City: str | None = None


class NormalThailandIDCard(Model, kw_only=True):
    LicenseNumber: str | None = None
    FullName: str | None = None
    LastName: str | None = None
    FirstName: str | None = None
    Birthday: str | None = None
    FormattedAddress: str | None = None
    ExpirationDate: str | None = None
    IssuedDate: str | None = None
    RegistrationNumber: str | None = None
    Religion: str | None = None
    ThaiBirthday: str | None = None
    ThaiExpirationDate: str | None = None
    ThaiIssueDate: str | None = None


class MainlandIDCard(Model, kw_only=True):
    FullName: str | None = None
    Sex: str | None = None
    Nation: str | None = None
    Birthday: str | None = None
    Address: str | None = None
    LicenseNumber: str | None = None
    FormattedAddress: str | None = None
    Authority: str | None = None
    ValidDate: str | None = None


_MainlandIDCard = MainlandIDCard


class HMTPermit(Model, kw_only=True):
    Name: str | None = None
    EnglishName: str | None = None
    Number: str | None = None
    Sex: str | None = None
    ValidDate: str | None = None
    IssueAuthority: str | None = None
    IssueAddress: str | None = None
    Birthday: str | None = None


class NormalCardInfo(Model, kw_only=True):
    HKIDCard: NormalHKIDCard | None = None
    MLIDCard: NormalMLIDCard | None = None
    PhilippinesVoteID: _PhilippinesVoteID | None = None
    IndonesiaIDCard: NormalIndonesiaIDCard | None = None
    PhilippinesDrivingLicense: _PhilippinesDrivingLicense | None = None
    PhilippinesTinID: _PhilippinesTinID | None = None
    PhilippinesSSSID: _PhilippinesSSSID | None = None
    PhilippinesUMID: _PhilippinesUMID | None = None
    InternationalIDPassport: _InternationalIDPassport | None = None
    GeneralCard: _GeneralCard | None = None
    IndonesiaDrivingLicense: _IndonesiaDrivingLicense | None = None
    ThailandIDCard: NormalThailandIDCard | None = None
    SingaporeIDCard: _SingaporeIDCard | None = None
    MacaoIDCard: _MacaoIDCard | None = None
    MainlandIDCard: _MainlandIDCard | None = None
    JapanIDCard: _JapanIDCard | None = None
    TaiWanIDCard: _TaiWanIDCard | None = None
    HMTPermitCard: HMTPermit | None = None


_NormalCardInfo = NormalCardInfo


class EditDetail(Model, kw_only=True):
    FieldName: str | None = None
    OriginalFieldValue: str | None = None
    RevisedFieldValue: str | None = None


class CardVerifyResult(Model, kw_only=True):
    IsPass: bool | None = None
    IsEdit: bool | None = None
    CardVideo: FileInfo | None = None
    CardImage: FileInfo | None = None
    CardInfoOcrJson: FileInfo | None = None
    RequestId: str | None = None
    CardInfo: _CardInfo | None = None
    NormalCardInfo: _NormalCardInfo | None = None
    WarnCardInfos: list[int] | None = None
    EditDetails: list[EditDetail] | None = None


class ChargeDetail(Model, kw_only=True):
    ReqTime: str | None = None
    Seq: str | None = None
    IdCard: str | None = None
    Idcard: str | None = None
    Name: str | None = None
    Sim: str | None = None
    IsNeedCharge: bool | None = None
    ChargeType: str | None = None
    ErrorCode: str | None = None
    ErrorMessage: str | None = None


class Company(Model, kw_only=True):
    CompanyName: str | None = None
    CompanyCertNumber: str | None = None
    CompanyCountry: str | None = None
    CompanyAddress: str | None = None


_Company = Company


class CompareResult(Model, kw_only=True):
    ErrorCode: str | None = None
    ErrorMsg: str | None = None
    LiveData: FileInfo | None = None
    LiveVideo: FileInfo | None = None
    ActionVideo: FileInfo | None = None
    LiveErrorCode: str | None = None
    LiveErrorMsg: str | None = None
    BestFrame: FileInfo | None = None
    ProfileImage: FileInfo | None = None
    CompareErrorCode: str | None = None
    CompareErrorMsg: str | None = None
    Sim: float | None = None
    IsNeedCharge: bool | None = None
    CardInfoInputJson: FileInfo | None = None
    RequestId: str | None = None
    LivenessInfoTag: list[str] | None = None


class DetectDetail(Model, kw_only=True):
    ReqTime: str | None = None
    Seq: str | None = None
    Idcard: str | None = None
    Name: str | None = None
    Sim: str | None = None
    IsNeedCharge: bool | None = None
    Errcode: int | None = None
    Errmsg: str | None = None
    Livestatus: int | None = None
    Livemsg: str | None = None
    Comparestatus: int | None = None
    Comparemsg: str | None = None
    CompareLibType: str | None = None
    LivenessMode: int | None = None


class DetectInfoBestFrame(Model, kw_only=True):
    BestFrame: str | None = None
    BestFrames: list[str] | None = None


class DetectInfoIdCardData(Model, kw_only=True):
    OcrFront: str | None = None
    OcrBack: str | None = None
    ProcessedFrontImage: str | None = None
    ProcessedBackImage: str | None = None
    Avatar: str | None = None
    WarnInfos: list[int] | None = None
    BackWarnInfos: list[int] | None = None


class DetectInfoText(Model, kw_only=True):
    ErrCode: int | None = None
    ErrMsg: str | None = None
    IdCard: str | None = None
    UseIDType: int | None = None
    Name: str | None = None
    OcrNation: str | None = None
    OcrAddress: str | None = None
    OcrBirth: str | None = None
    OcrAuthority: str | None = None
    OcrValidDate: str | None = None
    OcrName: str | None = None
    OcrIdCard: str | None = None
    OcrGender: str | None = None
    IdInfoFrom: str | None = None
    LiveStatus: int | None = None
    LiveMsg: str | None = None
    Comparestatus: int | None = None
    Comparemsg: str | None = None
    Sim: str | None = None
    Location: str | None = None
    Extra: str | None = None
    LivenessDetail: list[DetectDetail] | None = None
    LivenessInfoTag: list[str] | None = None
    Mobile: str | None = None
    CompareLibType: str | None = None
    LivenessMode: int | None = None
    NFCRequestIds: list[str] | None = None
    NFCBillingCounts: int | None = None
    PassNo: str | None = None
    VisaNum: str | None = None
    LivenessActionSequence: str | None = None


class VideoDetailData(Model, kw_only=True):
    Seq: str | None = None
    Video: str | None = None


class DetectInfoVideoData(Model, kw_only=True):
    LivenessVideo: str | None = None
    LivenessVideos: list[VideoDetailData] | None = None


class EidInfo(Model, kw_only=True):
    EidCode: str | None = None
    EidSign: str | None = None
    DesKey: str | None = None
    UserInfo: str | None = None


_EidInfo = EidInfo


class Encryption(Model, kw_only=True):
    EncryptList: list[str] | None = None
    CiphertextBlob: str | None = None
    Iv: str | None = None
    Algorithm: str | None = None
    TagList: list[str] | None = None


_Encryption = Encryption


class RetrievalLivenessExtraInfo(Model, kw_only=True):
    HitGroup: str | None = None
    SimilarityScore: float | None = None
    HitTemplate: str | None = None


_RetrievalLivenessExtraInfo = RetrievalLivenessExtraInfo


class ExtraInfo(Model, kw_only=True):
    RetrievalLivenessExtraInfo: list[_RetrievalLivenessExtraInfo] | None = None


_ExtraInfo = ExtraInfo


class IntentionQuestion(Model, kw_only=True):
    Question: str
    Answers: list[str]


class IntentionActionConfig(Model, kw_only=True):
    Text: str


class GetEidTokenConfig(Model, kw_only=True):
    InputType: str | None = None
    UseIntentionVerify: bool | None = None
    IntentionMode: str | None = None
    IntentionVerifyText: str | None = None
    IntentionQuestions: list[IntentionQuestion] | None = None
    IntentionActions: list[IntentionActionConfig] | None = None
    IntentionRecognition: bool | None = None
    IsSupportHMTResidentPermitOCR: bool | None = None
    MouthOpenRecognition: bool | None = None
    Speed: int | None = None


class IntentionActionResultDetail(Model, kw_only=True):
    Video: str | None = None
    ScreenShot: list[str] | None = None


class IntentionActionResult(Model, kw_only=True):
    FinalResultDetailCode: int | None = None
    FinalResultMessage: str | None = None
    Details: list[IntentionActionResultDetail] | None = None


_IntentionActionResult = IntentionActionResult


class IntentionQuestionResult(Model, kw_only=True):
    FinalResultDetailCode: int | None = None
    FinalResultMessage: str | None = None
    Video: str | None = None
    ScreenShot: list[str] | None = None
    ResultCode: list[str] | None = None
    AsrResult: list[str] | None = None
    Audios: list[str] | None = None
    FinalResultCode: str | None = None


_IntentionQuestionResult = IntentionQuestionResult


class IntentionVerifyData(Model, kw_only=True):
    IntentionVerifyVideo: str | None = None
    AsrResult: str | None = None
    ErrorCode: int | None = None
    ErrorMessage: str | None = None
    IntentionVerifyBestFrame: str | None = None
    AsrResultSimilarity: str | None = None
    IntentionVerifyAudio: str | None = None


_IntentionVerifyData = IntentionVerifyData


class OCRResult(Model, kw_only=True):
    IsPass: bool | None = None
    CardImageBase64: str | None = None
    CardInfo: _CardInfo | None = None
    NormalCardInfo: _NormalCardInfo | None = None
    RequestId: str | None = None
    CardCutImageBase64: str | None = None
    CardBackCutImageBase64: str | None = None
    WarnCardInfos: list[int] | None = None
    OriginalCardInfo: str | None = None
    HeadImageBase64: str | None = None
    CardBackImageBase64: str | None = None


_OCRResult = OCRResult


class Person(Model, kw_only=True):
    FullName: str | None = None
    LastName: str | None = None
    FirstName: str | None = None
    MiddleName: str | None = None
    IdentityNumber: str | None = None
    DateOfBirth: str | None = None
    Gender: str | None = None
    Address: str | None = None
    Nationality: str | None = None
    Country: str | None = None


_Person = Person


class RuleIdConfig(Model, kw_only=True):
    IntentionRecognition: bool | None = None
    IntentionType: int | None = None
    MouthOpenRecognition: bool | None = None
    Speed: int | None = None


class VerificationDetail(Model, kw_only=True):
    ErrorCode: int | None = None
    ErrorMsg: str | None = None
    LivenessErrorCode: int | None = None
    LivenessErrorMsg: str | None = None
    CompareErrorCode: int | None = None
    CompareErrorMsg: str | None = None
    ReqTimestamp: int | None = None
    Similarity: float | None = None
    Seq: str | None = None
    LivenessInfoTag: list[str] | None = None


class WeChatBillDetail(Model, kw_only=True):
    BizToken: str | None = None
    ChargeCount: int | None = None
    ChargeDetails: list[ChargeDetail] | None = None
    RuleId: str | None = None


class WebVerificationConfigIntl(Model, kw_only=True):
    AutoSkipStartPage: bool | None = None
    AutoSkip: bool | None = None
    CheckMode: int | None = None
    IDCardType: str | None = None
    DisableCheckOcrWarnings: bool | None = None
    SecurityLevel: int | None = None
    SkipPrivacyPolicy: bool | None = None
    IdCardCutReturn: bool | None = None
    ThemeColor: str | None = None
    Language: str | None = None
    AutoDowngrade: int | None = None
    ActionList: str | None = None
    LivenessRetryLimit: int | None = None
    LivenessTimeout: int | None = None
    SelectedWarningCodes: str | None = None
    AllowExpiredDocument: bool | None = None
    Version: str | None = None


class WebhookList(Model, kw_only=True):
    WebhookId: int | None = None
    WebhookName: str | None = None
    Scene: str | None = None
    WebhookURL: str | None = None
    AddTime: str | None = None
    ModTime: str | None = None
    SignatureKey: str | None = None
    HasSignatureKey: bool | None = None


_WebhookList = WebhookList


class ApplyCardVerificationRequest(Model, kw_only=True):
    Nationality: str
    CardType: str
    ImageBase64Front: str | None = None
    ImageBase64Back: str | None = None
    ImageUrlFront: str | None = None
    ImageUrlBack: str | None = None


class ApplyCardVerificationResponse(Model, kw_only=True):
    CardVerificationToken: str | None = None
    AsyncCardVerificationMaxPollingTimes: int | None = None
    AsyncCardVerificationPollingWaitTime: int | None = None


class ApplyLivenessTokenRequest(Model, kw_only=True):
    SecureLevel: str | None = None


class ApplyLivenessTokenResponse(Model, kw_only=True):
    SdkToken: str | None = None


class ApplySdkVerificationTokenRequest(Model, kw_only=True):
    CheckMode: int | None = None
    SecurityLevel: int | None = None
    IdCardType: str | None = None
    CompareImage: str | None = None
    NeedVerifyIdCard: bool | None = None
    DisableChangeOcrResult: bool | None = None
    DisableCheckOcrWarnings: bool | None = None
    SelectedWarningCodes: list[int] | None = None
    Extra: str | None = None
    SdkVersion: str | None = None
    ActionList: str | None = None
    AllowExpiredDocument: bool | None = None
    SkipResultPage: bool | None = None
    CardOcrDisplayFields: list[str] | None = None
    RetryLimit: int | None = None
    EnableForgeryDetectionImages: bool | None = None
    MetaData: str | None = None
    SkipLaunchPage: bool | None = None
    SkipOcrConfirmPage: bool | None = None
    HideProgressBar: bool | None = None
    AllowUploadPhoto: bool | None = None
    EnableBotBgDetection: bool | None = None
    OcrAutoDetectTimeout: int | None = None
    OcrModeType: str | None = None


class ApplySdkVerificationTokenResponse(Model, kw_only=True):
    SdkToken: str | None = None
    ServerParamInfo: str | None = None


class ApplyWebVerificationBizTokenIntlRequest(Model, kw_only=True):
    RedirectURL: str
    CompareImageBase64: str | None = None
    Extra: str | None = None
    RuleId: str | None = None
    Config: WebVerificationConfigIntl | None = None


class ApplyWebVerificationBizTokenIntlResponse(Model, kw_only=True):
    VerificationUrl: str | None = None
    BizToken: str | None = None
    VerificationURL: str | None = None


class ApplyWebVerificationTokenRequest(Model, kw_only=True):
    RedirectUrl: str
    CompareImageUrl: str
    CompareImageMd5: str


class ApplyWebVerificationTokenResponse(Model, kw_only=True):
    VerificationUrl: str | None = None
    BizToken: str | None = None


class BankCard2EVerificationRequest(Model, kw_only=True):
    Name: str
    BankCard: str
    Encryption: _Encryption | None = None


class BankCard2EVerificationResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None


class BankCard4EVerificationRequest(Model, kw_only=True):
    Name: str
    BankCard: str
    Phone: str
    IdCard: str
    CertType: int | None = None
    Encryption: _Encryption | None = None


class BankCard4EVerificationResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None


class BankCardVerificationRequest(Model, kw_only=True):
    IdCard: str
    Name: str
    BankCard: str
    CertType: int | None = None
    Encryption: _Encryption | None = None


class BankCardVerificationResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None


class CheckBankCardInformationRequest(Model, kw_only=True):
    BankCard: str
    Encryption: _Encryption | None = None


class CheckBankCardInformationResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None
    AccountBank: str | None = None
    AccountType: int | None = None


class CheckEidTokenStatusRequest(Model, kw_only=True):
    EidToken: str


class CheckEidTokenStatusResponse(Model, kw_only=True):
    Status: str | None = None


class CheckIdCardInformationRequest(Model, kw_only=True):
    ImageBase64: str | None = None
    ImageUrl: str | None = None
    Config: str | None = None
    IsEncrypt: bool | None = None
    IsEncryptResponse: bool | None = None
    Encryption: _Encryption | None = None


class CheckIdCardInformationResponse(Model, kw_only=True):
    Sim: float | None = None
    Result: str | None = None
    Description: str | None = None
    Name: str | None = None
    Sex: str | None = None
    Nation: str | None = None
    Birth: str | None = None
    Address: str | None = None
    IdNum: str | None = None
    Portrait: str | None = None
    Warnings: str | None = None
    Quality: float | None = None
    Encryption: _Encryption | None = None
    EncryptedBody: str | None = None


class CheckIdNameDateRequest(Model, kw_only=True):
    Name: str
    IdCard: str
    ValidityBegin: str
    ValidityEnd: str
    Encryption: _Encryption | None = None


class CheckIdNameDateResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None


class CheckPhoneAndNameRequest(Model, kw_only=True):
    Mobile: str
    Name: str
    Encryption: _Encryption | None = None


class CheckPhoneAndNameResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None


class CompareFaceLivenessRequest(Model, kw_only=True):
    ImageBase64: str
    VideoBase64: str
    LivenessType: str
    ValidateData: str | None = None


class CompareFaceLivenessResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None
    Sim: float | None = None
    BestFrameBase64: str | None = None


class CreateEKYCWebhookRequest(Model, kw_only=True):
    WebhookName: str
    WebhookURL: str
    Scene: str | None = None
    SignatureKey: str | None = None


class CreateEKYCWebhookResponse(Model, kw_only=True):
    Result: str | None = None
    WebhookId: int | None = None
    HasSignatureKey: bool | None = None
    SignatureKey: str | None = None


class CreateUploadUrlRequest(Model, kw_only=True):
    TargetAction: str


class CreateUploadUrlResponse(Model, kw_only=True):
    UploadUrl: str | None = None
    ResourceUrl: str | None = None
    ExpiredTimestamp: int | None = None


class DeleteEKYCWebhookRequest(Model, kw_only=True):
    WebhookId: int


class DeleteEKYCWebhookResponse(Model, kw_only=True):
    WebhookId: int | None = None
    Result: str | None = None


class DetectAIFakeFacesRequest(Model, kw_only=True):
    FaceInput: str | None = None
    FaceInputType: int | None = None
    Encryption: _Encryption | None = None
    EncryptedBody: str | None = None


class DetectAIFakeFacesResponse(Model, kw_only=True):
    AttackRiskLevel: str | None = None
    AttackRiskDetailList: list[AttackRiskDetail] | None = None
    ExtraInfo: _ExtraInfo | None = None


class DetectAuthRequest(Model, kw_only=True):
    RuleId: str
    TerminalType: str | None = None
    IdCard: str | None = None
    Name: str | None = None
    RedirectUrl: str | None = None
    Extra: str | None = None
    ImageBase64: str | None = None
    Encryption: _Encryption | None = None
    IntentionVerifyText: str | None = None
    IntentionQuestions: list[IntentionQuestion] | None = None
    IntentionActions: list[IntentionActionConfig] | None = None
    Config: RuleIdConfig | None = None


class DetectAuthResponse(Model, kw_only=True):
    Url: str | None = None
    BizToken: str | None = None


class DetectReflectLivenessAndCompareRequest(Model, kw_only=True):
    LiveDataUrl: str
    LiveDataMd5: str
    ImageUrl: str
    ImageMd5: str


class DetectReflectLivenessAndCompareResponse(Model, kw_only=True):
    BestFrameUrl: str | None = None
    BestFrameMd5: str | None = None
    Result: str | None = None
    Description: str | None = None
    Sim: float | None = None


class EncryptedPhoneVerificationRequest(Model, kw_only=True):
    IdCard: str
    Name: str
    Phone: str
    EncryptionMode: str


class EncryptedPhoneVerificationResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None
    ISP: str | None = None


class GenerateReflectSequenceRequest(Model, kw_only=True):
    DeviceDataUrl: str
    DeviceDataMd5: str
    SecurityLevel: str | None = None


class GenerateReflectSequenceResponse(Model, kw_only=True):
    ReflectSequenceUrl: str | None = None
    ReflectSequenceMd5: str | None = None


class GetAMLScreeningResultRequest(Model, kw_only=True):
    UniqueCustomerID: str


class GetAMLScreeningResultResponse(Model, kw_only=True):
    ScreeningResult: str | None = None
    EnableOngoingScreening: bool | None = None
    Description: str | None = None
    Result: str | None = None
    ScreeningId: str | None = None
    ResultTime: str | None = None
    AMLTypes: list[str] | None = None
    HitDetail: str | None = None


class GetActionSequenceRequest(Model, kw_only=True):
    ActionType: str | None = None


class GetActionSequenceResponse(Model, kw_only=True):
    ActionSequence: str | None = None


class GetCardVerificationResultRequest(Model, kw_only=True):
    CardVerificationToken: str


class GetCardVerificationResultResponse(Model, kw_only=True):
    Status: str | None = None
    WarnInfo: list[str] | None = None
    Nationality: str | None = None
    CardType: str | None = None
    CardSubType: str | None = None
    CardInfo: _CardInfo | None = None
    IDVerificationToken: str | None = None


class GetDetectInfoRequest(Model, kw_only=True):
    BizToken: str
    RuleId: str
    InfoType: str | None = None


class GetDetectInfoResponse(Model, kw_only=True):
    DetectInfo: str | None = None


class GetDetectInfoEnhancedRequest(Model, kw_only=True):
    BizToken: str
    RuleId: str
    InfoType: str | None = None
    BestFramesCount: int | None = None
    IsCutIdCardImage: bool | None = None
    IsNeedIdCardAvatar: bool | None = None
    IsEncrypt: bool | None = None
    Encryption: _Encryption | None = None
    IsEncryptResponse: bool | None = None
    IsReturnAllVideo: bool | None = None


class GetDetectInfoEnhancedResponse(Model, kw_only=True):
    Text: DetectInfoText | None = None
    IdCardData: DetectInfoIdCardData | None = None
    BestFrame: DetectInfoBestFrame | None = None
    VideoData: DetectInfoVideoData | None = None
    Encryption: _Encryption | None = None
    IntentionVerifyData: _IntentionVerifyData | None = None
    IntentionQuestionResult: _IntentionQuestionResult | None = None
    IntentionActionResult: _IntentionActionResult | None = None
    EncryptedBody: str | None = None
    IsVerifyIntention: bool | None = None
    IntentionVerifyType: str | None = None


class GetEidResultRequest(Model, kw_only=True):
    EidToken: str
    InfoType: str | None = None
    BestFramesCount: int | None = None
    IsCutIdCardImage: bool | None = None
    IsNeedIdCardAvatar: bool | None = None


class GetEidResultResponse(Model, kw_only=True):
    Text: DetectInfoText | None = None
    IdCardData: DetectInfoIdCardData | None = None
    BestFrame: DetectInfoBestFrame | None = None
    EidInfo: _EidInfo | None = None
    IntentionVerifyData: _IntentionVerifyData | None = None
    IntentionQuestionResult: _IntentionQuestionResult | None = None
    IntentionActionResult: _IntentionActionResult | None = None
    IsVerifyIntention: bool | None = None
    IntentionVerifyType: str | None = None


class GetEidTokenRequest(Model, kw_only=True):
    MerchantId: str
    IdCard: str | None = None
    Name: str | None = None
    Extra: str | None = None
    Config: GetEidTokenConfig | None = None
    RedirectUrl: str | None = None
    Encryption: _Encryption | None = None


class GetEidTokenResponse(Model, kw_only=True):
    EidToken: str | None = None
    Url: str | None = None


class GetFaceIdResultRequest(Model, kw_only=True):
    FaceIdToken: str
    IsNeedVideo: bool | None = None
    IsNeedBestFrame: bool | None = None
    IsEncryptResponse: bool | None = None
    Encryption: _Encryption | None = None


class GetFaceIdResultResponse(Model, kw_only=True):
    IdCard: str | None = None
    Name: str | None = None
    Result: str | None = None
    Description: str | None = None
    Similarity: float | None = None
    VideoBase64: str | None = None
    BestFrameBase64: str | None = None
    Extra: str | None = None
    DeviceInfoTag: str | None = None
    RiskInfoTag: str | None = None
    LivenessInfoTag: str | None = None
    DeviceInfoLevel: str | None = None
    Encryption: _Encryption | None = None
    EncryptedBody: str | None = None
    IdCardFrontBase64: str | None = None


class GetFaceIdResultIntlRequest(Model, kw_only=True):
    SdkToken: str


class GetFaceIdResultIntlResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None
    BestFrame: str | None = None
    Video: str | None = None
    ActionVideo: str | None = None
    Similarity: float | None = None
    Extra: str | None = None
    DeviceInfoLevel: str | None = None
    LivenessInfoTag: list[str] | None = None


class GetFaceIdRiskInfoRequest(Model, kw_only=True):
    FaceIdToken: str


class GetFaceIdRiskInfoResponse(Model, kw_only=True):
    DeviceInfoTag: str | None = None
    DeviceInfoLevel: int | None = None
    OpenId: str | None = None
    CameraInfoLevel: int | None = None
    CameraInfoTag: str | None = None
    Extra: str | None = None


class GetFaceIdTokenRequest(Model, kw_only=True):
    CompareLib: str
    IdCard: str | None = None
    Name: str | None = None
    ImageBase64: str | None = None
    Meta: str | None = None
    Extra: str | None = None
    UseCos: bool | None = None
    Encryption: _Encryption | None = None
    RuleId: str | None = None
    MetaData: str | None = None


class GetFaceIdTokenResponse(Model, kw_only=True):
    FaceIdToken: str | None = None
    ClientConfig: str | None = None


class GetFaceIdTokenIntlRequest(Model, kw_only=True):
    CheckMode: str | None = None
    SecureLevel: str | None = None
    Image: str | None = None
    Extra: str | None = None
    ActionList: str | None = None
    SdkVersion: str | None = None
    RetryLimit: int | None = None
    EnableBotBgDetection: bool | None = None
    MetaData: str | None = None


class GetFaceIdTokenIntlResponse(Model, kw_only=True):
    SdkToken: str | None = None
    ServerParamInfo: str | None = None


class GetFaceidRiskInfoTokenRequest(Model, kw_only=True):
    Meta: str | None = None
    Extra: str | None = None


class GetFaceidRiskInfoTokenResponse(Model, kw_only=True):
    FaceIdToken: str | None = None


class GetLiveCodeRequest(Model, kw_only=True):
    pass


class GetLiveCodeResponse(Model, kw_only=True):
    LiveCode: str | None = None


class GetLivenessResultRequest(Model, kw_only=True):
    SdkToken: str


class GetLivenessResultResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None
    BestFrame: FileInfo | None = None
    Video: FileInfo | None = None


class GetNFCResultRequest(Model, kw_only=True):
    NFCToken: str
    IdNum: str | None = None
    Name: str | None = None
    Picture: str | None = None
    BirthDate: str | None = None
    BeginTime: str | None = None
    EndTime: str | None = None
    Address: str | None = None
    Nation: str | None = None
    Sex: str | None = None
    EnName: str | None = None
    SigningOrganization: str | None = None
    Nationality: str | None = None
    CountryCode: str | None = None
    MachineReadCode: str | None = None


class GetNFCResultResponse(Model, kw_only=True):
    ChargeCode: str | None = None
    IdType: str | None = None
    CheckMRTD: str | None = None
    IdNumCompareResult: str | None = None
    NameCompareResult: str | None = None
    PictureCompareSim: float | None = None
    PictureCompareResult: str | None = None
    BirthDateCompareResult: str | None = None
    BeginTimeCompareResult: str | None = None
    EndTimeCompareResult: str | None = None
    AddressCompareResult: str | None = None
    NationCompareResult: str | None = None
    SexCompareResult: str | None = None
    EnNameCompareResult: str | None = None
    SigningOrganizationCompareResult: str | None = None
    NationalityCompareResult: str | None = None
    CountryCodeCompareResult: str | None = None
    MachineReadCodeCompareResult: str | None = None


class GetNFCTokenRequest(Model, kw_only=True):
    pass


class GetNFCTokenResponse(Model, kw_only=True):
    Token: str | None = None


class GetSdkVerificationResultRequest(Model, kw_only=True):
    SdkToken: str


class GetSdkVerificationResultResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None
    ChargeCount: int | None = None
    CardVerifyResults: list[CardVerifyResult] | None = None
    CompareResults: list[CompareResult] | None = None
    Extra: str | None = None
    DeviceInfoLevel: str | None = None


class GetWeChatBillDetailsRequest(Model, kw_only=True):
    Date: str
    Cursor: int
    RuleId: str | None = None


class GetWeChatBillDetailsResponse(Model, kw_only=True):
    HasNextPage: bool | None = None
    NextCursor: int | None = None
    WeChatBillDetails: list[WeChatBillDetail] | None = None


class GetWebVerificationResultRequest(Model, kw_only=True):
    BizToken: str


class GetWebVerificationResultResponse(Model, kw_only=True):
    ErrorCode: int | None = None
    ErrorMsg: str | None = None
    VideoBestFrameUrl: str | None = None
    VideoBestFrameMd5: str | None = None
    VerificationDetailList: list[VerificationDetail] | None = None
    VideoUrl: str | None = None
    VideoMd5: str | None = None


class GetWebVerificationResultIntlRequest(Model, kw_only=True):
    BizToken: str


class GetWebVerificationResultIntlResponse(Model, kw_only=True):
    ErrorCode: int | None = None
    ErrorMsg: str | None = None
    VerificationDetailList: list[VerificationDetail] | None = None
    VideoBase64: str | None = None
    BestFrameBase64: str | None = None
    OCRResult: list[_OCRResult] | None = None
    Extra: str | None = None


class GetWxNFCResultRequest(Model, kw_only=True):
    NFCToken: str


class GetWxNFCResultResponse(Model, kw_only=True):
    ResultCode: str | None = None
    IdNum: str | None = None
    Name: str | None = None
    Picture: str | None = None
    IdCardFrontImg: str | None = None
    IdCardBackImg: str | None = None
    BirthDate: str | None = None
    BeginTime: str | None = None
    EndTime: str | None = None
    Address: str | None = None
    Nation: str | None = None
    Sex: str | None = None
    IdType: str | None = None
    EnName: str | None = None
    SigningOrganization: str | None = None
    OtherIdNum: str | None = None
    Nationality: str | None = None
    PersonalNumber: str | None = None
    CheckMRTD: str | None = None


class IdCardOCRVerificationRequest(Model, kw_only=True):
    IdCard: str | None = None
    Name: str | None = None
    ImageBase64: str | None = None
    ImageUrl: str | None = None
    Encryption: _Encryption | None = None
    Config: str | None = None


class IdCardOCRVerificationResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None
    Name: str | None = None
    IdCard: str | None = None
    Sex: str | None = None
    Nation: str | None = None
    Birth: str | None = None
    Address: str | None = None
    Portrait: str | None = None
    Warnings: str | None = None
    Quality: float | None = None


class IdCardVerificationRequest(Model, kw_only=True):
    IdCard: str
    Name: str
    Encryption: _Encryption | None = None


class IdCardVerificationResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None


class ImageRecognitionV2Request(Model, kw_only=True):
    IdCard: str
    Name: str
    ImageBase64: str
    Optional: str | None = None
    Encryption: _Encryption | None = None
    Extra: str | None = None


class ImageRecognitionV2Response(Model, kw_only=True):
    Sim: float | None = None
    Result: str | None = None
    Description: str | None = None
    Extra: str | None = None


class ListEKYCWebhooksRequest(Model, kw_only=True):
    Offset: int | None = None
    Limit: int | None = None


class ListEKYCWebhooksResponse(Model, kw_only=True):
    TotalCount: int | None = None
    WebhookList: list[_WebhookList] | None = None
    Result: str | None = None


class LivenessCompareRequest(Model, kw_only=True):
    LivenessType: str
    ImageBase64: str | None = None
    ImageUrl: str | None = None
    ValidateData: str | None = None
    Optional: str | None = None
    VideoBase64: str | None = None
    VideoUrl: str | None = None


class LivenessCompareResponse(Model, kw_only=True):
    BestFrameBase64: str | None = None
    Sim: float | None = None
    Result: str | None = None
    Description: str | None = None
    BestFrameList: list[str] | None = None


class LivenessRecognitionRequest(Model, kw_only=True):
    IdCard: str
    Name: str
    LivenessType: str
    VideoBase64: str | None = None
    VideoUrl: str | None = None
    ValidateData: str | None = None
    Optional: str | None = None
    Encryption: _Encryption | None = None


class LivenessRecognitionResponse(Model, kw_only=True):
    BestFrameBase64: str | None = None
    Sim: float | None = None
    Result: str | None = None
    Description: str | None = None
    BestFrameList: list[str] | None = None


class MinorsVerificationRequest(Model, kw_only=True):
    Type: str
    Mobile: str | None = None
    IdCard: str | None = None
    Name: str | None = None
    Encryption: _Encryption | None = None


class MinorsVerificationResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None
    AgeRange: str | None = None


class MobileNetworkTimeVerificationRequest(Model, kw_only=True):
    Mobile: str
    Encryption: _Encryption | None = None


class MobileNetworkTimeVerificationResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None
    Range: str | None = None


class MobileStatusRequest(Model, kw_only=True):
    Mobile: str
    Encryption: _Encryption | None = None


class MobileStatusResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None
    StatusCode: int | None = None


class ParseNfcDataRequest(Model, kw_only=True):
    ReqId: str


class ParseNfcDataResponse(Model, kw_only=True):
    ResultCode: str | None = None
    IdNum: str | None = None
    Name: str | None = None
    Picture: str | None = None
    BirthDate: str | None = None
    BeginTime: str | None = None
    EndTime: str | None = None
    Address: str | None = None
    Nation: str | None = None
    Sex: str | None = None
    IdType: str | None = None
    EnName: str | None = None
    SigningOrganization: str | None = None
    OtherIdNum: str | None = None
    Nationality: str | None = None
    PersonalNumber: str | None = None
    CheckMRTD: str | None = None
    ImageA: str | None = None
    ImageB: str | None = None
    ResultDescription: str | None = None


class PhoneVerificationRequest(Model, kw_only=True):
    IdCard: str
    Name: str
    Phone: str
    CiphertextBlob: str | None = None
    EncryptList: list[str] | None = None
    Iv: str | None = None
    VerifyMode: str | None = None


class PhoneVerificationResponse(Model, kw_only=True):
    Result: str | None = None
    Description: str | None = None
    Isp: str | None = None
    ResultDetail: str | None = None


class PhoneVerificationCMCCRequest(Model, kw_only=True):
    IdCard: str
    Name: str
    Phone: str
    Encryption: _Encryption | None = None


class PhoneVerificationCMCCResponse(Model, kw_only=True):
    Result: str | None = None
    Isp: str | None = None
    Description: str | None = None


class PhoneVerificationCTCCRequest(Model, kw_only=True):
    IdCard: str
    Name: str
    Phone: str
    Encryption: _Encryption | None = None


class PhoneVerificationCTCCResponse(Model, kw_only=True):
    Result: str | None = None
    Isp: str | None = None
    Description: str | None = None


class PhoneVerificationCUCCRequest(Model, kw_only=True):
    IdCard: str
    Name: str
    Phone: str
    Encryption: _Encryption | None = None


class PhoneVerificationCUCCResponse(Model, kw_only=True):
    Result: str | None = None
    Isp: str | None = None
    Description: str | None = None


class RunAMLNameScreeningRequest(Model, kw_only=True):
    UniqueCustomerID: str
    EntityType: str
    Person: _Person | None = None
    Company: _Company | None = None
    EnableOngoingScreening: bool | None = None


class RunAMLNameScreeningResponse(Model, kw_only=True):
    ScreeningResult: str | None = None
    AMLTypes: list[str] | None = None
    HitDetail: str | None = None
    Result: str | None = None
    Description: str | None = None
    ScreeningId: str | None = None
    EnableOngoingScreening: bool | None = None


class UpdateAMLCustomerProfileRequest(Model, kw_only=True):
    UniqueCustomerID: str
    EntityType: str
    Person: _Person | None = None
    Company: _Company | None = None


class UpdateAMLCustomerProfileResponse(Model, kw_only=True):
    RiskLevel: str | None = None
    Result: str | None = None
    Description: str | None = None
    EnableOngoingScreening: bool | None = None


class UpdateAMLOngoingScreeningStatusRequest(Model, kw_only=True):
    UniqueCustomerID: str
    EnableOngoingScreening: bool


class UpdateAMLOngoingScreeningStatusResponse(Model, kw_only=True):
    UniqueCustomerID: str | None = None
    EnableOngoingScreening: bool | None = None
    Description: str | None = None
    Result: str | None = None


class UpdateEKYCWebhookRequest(Model, kw_only=True):
    WebhookId: int
    WebhookName: str
    WebhookURL: str
    SignatureKey: str | None = None


class UpdateEKYCWebhookResponse(Model, kw_only=True):
    WebhookId: int | None = None
    ModTime: str | None = None
    Result: str | None = None


class VideoLivenessCompareRequest(Model, kw_only=True):
    ImageUrl: str
    ImageMd5: str
    VideoUrl: str
    VideoMd5: str
    LivenessType: str
    ValidateData: str | None = None


class VideoLivenessCompareResponse(Model, kw_only=True):
    Sim: float | None = None
    Result: str | None = None
    Description: str | None = None
    BestFrame: FileInfo | None = None
